using Gantry.Protocol;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Acr;

/// <summary><c>/acr/v1/{name}/_manifests</c>.</summary>
internal sealed class ManifestAttributesEndpoints(RegistryContent content)
{
    public async Task ListAsync(RegistryRequest request, RepositoryName repository)
    {
        var query = PageQuery.Read(request.Http.Request, content.Limits);
        var found = await content.Manifests.ListAsync(request.Key(repository), query.WithNext, request.Aborted);
        var page = found.Take(query.Size).Select(record => Describe(record)).ToList();
        if (found.Count > page.Count && page.Count > 0)
            request.Http.Response.Headers.Link = query.NextLink($"/acr/v1/{Uri.EscapeDataString(repository.ToString())}/_manifests", page[^1].Digest, page[^1].LastUpdateTime);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK,
            new ManifestAttributesList(request.LoginServer, repository.ToString(), page), WireJson.Wire.ManifestAttributesList);
    }

    public async Task GetAsync(RegistryRequest request, RepositoryName repository, Digest digest)
    {
        var (record, entries) = await content.Manifests.DescribeAsync(request.Key(repository), digest, request.Aborted);
        var references = record.Descriptor.MediaType.IsIndex ? entries.Select(Refer).ToList() : null;
        await WriteAsync(request, repository, Describe(record) with { References = references });
    }

    public async Task PatchAsync(RegistryRequest request, RepositoryName repository, Digest digest)
    {
        var change = await AttributesBody.ReadAsync(request, content.Limits);
        await WriteAsync(request, repository, Describe(await content.Manifests.UpdateAsync(request.Key(repository), digest, change, request.Aborted)));
    }

    private static Task WriteAsync(RegistryRequest request, RepositoryName repository, ManifestAttributes manifest) =>
        Answer.JsonAsync(request.Http, StatusCodes.Status200OK,
            new ManifestAttributesAnswer(request.LoginServer, repository.ToString(), manifest), WireJson.Wire.ManifestAttributesAnswer);

    private static ManifestAttributes Describe(ManifestRecord record) => new()
    {
        Digest = record.Descriptor.Digest.ToString(),
        ImageSize = record.ImageSize,
        CreatedTime = record.Created,
        LastUpdateTime = record.Updated,
        Architecture = record.Architecture,
        Os = record.Os,
        MediaType = record.Descriptor.MediaType.ToString(),
        ConfigMediaType = record.ConfigMediaType?.ToString(),
        Tags = record.Tags.Count == 0 ? null : record.Tags,
        ChangeableAttributes = record.Attributes,
    };

    private static ManifestReference Refer(Descriptor entry) => new()
    {
        Digest = entry.Digest.ToString(),
        Architecture = entry.Platform is { Architecture.Length: > 0 } platform ? platform.Architecture : null,
        Os = entry.Platform is { Os.Length: > 0 } system ? system.Os : null,
    };
}
