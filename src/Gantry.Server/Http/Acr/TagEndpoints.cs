using Gantry.Protocol;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Acr;

/// <summary><c>/acr/v1/{name}/_tags</c>.</summary>
internal sealed class TagEndpoints(RegistryContent content)
{
    public async Task ListAsync(RegistryRequest request, RepositoryName repository)
    {
        var http = request.Http;
        var query = PageQuery.Read(http.Request, content.Limits);
        var filter = http.Request.Query["digest"].ToString();
        Digest? digest = filter.Length == 0 ? null : PathText.AsDigest(filter);
        var found = await content.Tags.ListAsync(request.Key(repository), digest, query.WithNext, request.Aborted);
        var page = found.Take(query.Size).Select(Describe).ToList();
        if (found.Count > page.Count && page.Count > 0)
        {
            var restated = digest is null ? "" : $"&digest={Uri.EscapeDataString(filter)}";
            http.Response.Headers.Link = query.NextLink($"/acr/v1/{Uri.EscapeDataString(repository.ToString())}/_tags", page[^1].Name, page[^1].LastUpdateTime, restated);
        }
        await Answer.JsonAsync(http, StatusCodes.Status200OK,
            new TagAttributesList(request.LoginServer, repository.ToString(), page), WireJson.Wire.TagAttributesList);
    }

    public async Task GetAsync(RegistryRequest request, RepositoryName repository, Tag tag) =>
        await WriteAsync(request, repository, await content.Tags.FindAsync(request.Key(repository), tag, request.Aborted));

    public async Task PatchAsync(RegistryRequest request, RepositoryName repository, Tag tag)
    {
        var change = await AttributesBody.ReadAsync(request, content.Limits);
        await WriteAsync(request, repository, await content.Tags.UpdateAsync(request.Key(repository), tag, change, request.Aborted));
    }

    /// <summary>Untags: the manifest stays.</summary>
    public async Task DeleteAsync(RegistryRequest request, RepositoryName repository, Tag tag)
    {
        await content.Tags.UntagAsync(request.Key(repository), tag, Precondition.OfDeletion(request.Http.Request.Headers), request.Aborted);
        await Answer.EmptyAsync(request.Http, StatusCodes.Status202Accepted);
    }

    private static Task WriteAsync(RegistryRequest request, RepositoryName repository, TagRecord record) =>
        Answer.JsonAsync(request.Http, StatusCodes.Status200OK,
            new TagAttributesAnswer(request.LoginServer, repository.ToString(), Describe(record)), WireJson.Wire.TagAttributesAnswer);

    private static TagAttributes Describe(TagRecord record) => new()
    {
        Name = record.Tag.ToString(),
        Digest = record.Digest.ToString(),
        CreatedTime = record.Created,
        LastUpdateTime = record.Updated,
        ChangeableAttributes = record.Attributes,
    };
}
