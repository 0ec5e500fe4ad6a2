using Gantry.Client.Remote;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Acr;

/// <summary>ACR's metadata API <c>/acr/v1</c>. Every refusal, 404 among them, is a <see cref="Protocol.Distribution.RegistryException"/>.</summary>
public sealed class AcrClient(RegistryClient client)
{
    public RegistryClient Client { get; } = client;

    public IAsyncEnumerable<string> ListRepositoriesAsync(CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<RepositoryAttributes> GetRepositoryAsync(RepositoryName repository, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<TagAttributes> GetTagAsync(RepositoryName repository, Tag tag, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<ManifestAttributes> GetManifestAsync(RepositoryName repository, Digest digest, CancellationToken ct = default) => throw new NotImplementedException();

    /// <param name="repository">The repository.</param>
    /// <param name="orderBy"><c>timeasc</c>, <c>timedesc</c>, or null for the order of names.</param>
    /// <param name="ct">Cancels.</param>
    public IAsyncEnumerable<TagAttributes> ListTagsAsync(RepositoryName repository, string? orderBy = null, CancellationToken ct = default) => throw new NotImplementedException();

    /// <inheritdoc cref="ListTagsAsync"/>
    public IAsyncEnumerable<ManifestAttributes> ListManifestsAsync(RepositoryName repository, string? orderBy = null, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<RepositoryAttributes> UpdateRepositoryAsync(RepositoryName repository, AttributesChange change, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<TagAttributes> UpdateTagAsync(RepositoryName repository, Tag tag, AttributesChange change, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<ManifestAttributes> UpdateManifestAsync(RepositoryName repository, Digest digest, AttributesChange change, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>Deletes a repository with everything in it.</summary>
    public ValueTask<RepositoryDeleted> DeleteRepositoryAsync(RepositoryName repository, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>Deletes a manifest with every tag that names it.</summary>
    public ValueTask DeleteManifestAsync(RepositoryName repository, Digest digest, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>Removes a tag and leaves its manifest.</summary>
    public ValueTask UntagAsync(RepositoryName repository, Tag tag, CancellationToken ct = default) => throw new NotImplementedException();
}
