using Gantry.Protocol;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Acr;

/// <summary><c>/acr/v1/{name}</c>.</summary>
internal sealed class RepositoryEndpoints(RegistryContent content)
{
    public async Task GetAsync(RegistryRequest request, RepositoryName repository) =>
        await WriteAsync(request, await content.Repositories.FindAsync(request.Key(repository), request.Aborted));

    public async Task PatchAsync(RegistryRequest request, RepositoryName repository)
    {
        var change = await AttributesBody.ReadAsync(request, content.Limits);
        await WriteAsync(request, await content.Repositories.UpdateAsync(request.Key(repository), change, request.Aborted));
    }

    public async Task DeleteAsync(RegistryRequest request, RepositoryName repository)
    {
        var deletion = await content.Repositories.DeleteAsync(request.Key(repository), request.Aborted);
        var body = new RepositoryDeleted(
            [.. deletion.Manifests.Select(digest => digest.ToString())],
            [.. deletion.Tags.Select(tag => tag.ToString())]);
        await Answer.JsonAsync(request.Http, StatusCodes.Status202Accepted, body, WireJson.Wire.RepositoryDeleted);
    }

    private static Task WriteAsync(RegistryRequest request, RepositoryRecord record) =>
        Answer.JsonAsync(request.Http, StatusCodes.Status200OK, new RepositoryAttributes
        {
            Registry = request.LoginServer,
            ImageName = record.Name.ToString(),
            CreatedTime = record.Created,
            LastUpdateTime = record.Updated,
            ManifestCount = record.ManifestCount,
            TagCount = record.TagCount,
            ChangeableAttributes = record.Attributes,
        }, WireJson.Wire.RepositoryAttributes);
}
