using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gantry.Client.Remote;
using Gantry.Protocol;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Token;

namespace Gantry.Client.Acr;

/// <summary>ACR's metadata API <c>/acr/v1</c>. Every refusal, 404 among them, is a <see cref="Protocol.Distribution.RegistryException"/>.</summary>
public sealed class AcrClient(RegistryClient client)
{
    public RegistryClient Client { get; } = client;

    public IAsyncEnumerable<string> ListRepositoriesAsync(CancellationToken ct = default) =>
        Client.ListNamesAsync("/acr/v1/_catalog", "repositories", last: null, Scope.CatalogAll, ct);

    public ValueTask<RepositoryAttributes> GetRepositoryAsync(RepositoryName repository, CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Get, Path(repository), null, Read(repository), WireJson.Wire.RepositoryAttributes, ct);

    public async ValueTask<TagAttributes> GetTagAsync(RepositoryName repository, Tag tag, CancellationToken ct = default) =>
        (await Client.SendJsonAsync(HttpMethod.Get, Path(repository, tag), null, Read(repository), WireJson.Wire.TagAttributesAnswer, ct).ConfigureAwait(false)).Tag;

    public async ValueTask<ManifestAttributes> GetManifestAsync(RepositoryName repository, Digest digest, CancellationToken ct = default) =>
        (await Client.SendJsonAsync(HttpMethod.Get, Path(repository, digest), null, Read(repository), WireJson.Wire.ManifestAttributesAnswer, ct).ConfigureAwait(false)).Manifest;

    /// <param name="repository">The repository.</param>
    /// <param name="orderBy"><c>timeasc</c>, <c>timedesc</c>, or null for the order of names.</param>
    /// <param name="ct">Cancels.</param>
    public async IAsyncEnumerable<TagAttributes> ListTagsAsync(
        RepositoryName repository, string? orderBy = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var page in ListAsync($"{Path(repository)}/_tags", orderBy, repository, ct).ConfigureAwait(false))
        {
            foreach (var tag in page.Parse(WireJson.Wire.TagAttributesList).Tags)
                yield return tag;
        }
    }

    /// <inheritdoc cref="ListTagsAsync"/>
    public async IAsyncEnumerable<ManifestAttributes> ListManifestsAsync(
        RepositoryName repository, string? orderBy = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var page in ListAsync($"{Path(repository)}/_manifests", orderBy, repository, ct).ConfigureAwait(false))
        {
            foreach (var manifest in page.Parse(WireJson.Wire.ManifestAttributesList).Manifests)
                yield return manifest;
        }
    }

    public ValueTask<RepositoryAttributes> UpdateRepositoryAsync(RepositoryName repository, AttributesChange change, CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Patch, Path(repository), Body(change), Write(repository), WireJson.Wire.RepositoryAttributes, ct);

    public async ValueTask<TagAttributes> UpdateTagAsync(RepositoryName repository, Tag tag, AttributesChange change, CancellationToken ct = default) =>
        (await Client.SendJsonAsync(HttpMethod.Patch, Path(repository, tag), Body(change), Write(repository), WireJson.Wire.TagAttributesAnswer, ct).ConfigureAwait(false)).Tag;

    public async ValueTask<ManifestAttributes> UpdateManifestAsync(RepositoryName repository, Digest digest, AttributesChange change, CancellationToken ct = default) =>
        (await Client.SendJsonAsync(HttpMethod.Patch, Path(repository, digest), Body(change), Write(repository), WireJson.Wire.ManifestAttributesAnswer, ct).ConfigureAwait(false)).Manifest;

    /// <summary>Deletes a repository with everything in it.</summary>
    /// <returns>What went with it; empty where the answer that said so was lost on the way.</returns>
    public async ValueTask<RepositoryDeleted> DeleteRepositoryAsync(RepositoryName repository, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Delete, Path(repository), null, Delete(repository), ct).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.NoContent
            ? new RepositoryDeleted([], [])
            : await Client.ReadJsonAsync(HttpMethod.Delete, Path(repository), response, WireJson.Wire.RepositoryDeleted, ct).ConfigureAwait(false);
    }

    /// <summary>Deletes a manifest with every tag that names it.</summary>
    public async ValueTask DeleteManifestAsync(RepositoryName repository, Digest digest, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Delete, $"/v2/{repository}/manifests/{digest}", null, Delete(repository), ct).ConfigureAwait(false);
    }

    /// <summary>Removes a tag and leaves its manifest.</summary>
    public async ValueTask UntagAsync(RepositoryName repository, Tag tag, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Delete, Path(repository, tag), null, Delete(repository), ct).ConfigureAwait(false);
    }

    private IAsyncEnumerable<Page> ListAsync(string path, string? orderBy, RepositoryName repository, CancellationToken ct)
    {
        var query = orderBy is null ? $"?n={Pages.Size}" : $"?n={Pages.Size}&orderby={Uri.EscapeDataString(orderBy)}";
        return Pages.ReadAsync(
            Client,
            () => Client.Request(HttpMethod.Get, path + query, [Read(repository)]),
            url => Client.Request(HttpMethod.Get, url, [Read(repository)]),
            ct);
    }

    private static string Path(RepositoryName repository) => $"/acr/v1/{repository}";

    private static string Path(RepositoryName repository, Tag tag) => $"/acr/v1/{repository}/_tags/{tag}";

    private static string Path(RepositoryName repository, Digest digest) => $"/acr/v1/{repository}/_manifests/{digest}";

    private static Scope Read(RepositoryName repository) => Scope.Repository(repository.ToString(), TokenActions.MetadataRead);

    /// <summary>The answer of a change shows the attributes, so it needs the right to read them.</summary>
    private static Scope Write(RepositoryName repository) => Scope.Repository(repository.ToString(), TokenActions.MetadataWrite, TokenActions.MetadataRead);

    private static Scope Delete(RepositoryName repository) => Scope.Repository(repository.ToString(), TokenActions.Delete);

    private static byte[] Body(AttributesChange change) => JsonSerializer.SerializeToUtf8Bytes(change, WireJson.Wire.AttributesChange);
}
