using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Distribution;

/// <summary>The lists: repositories, tags, referrers.</summary>
internal sealed class ListEndpoints(RegistryContent content)
{
    private const int ScannedAtOnce = 256;

    /// <param name="request">The request.</param>
    /// <param name="path">The list's path, for the link to its next page: both APIs have this list.</param>
    public async Task CatalogAsync(RegistryRequest request, string path)
    {
        var query = PageQuery.Read(request.Http.Request, content.Limits);
        var found = await FindAsync(request, query);
        var page = found.Take(query.Size).Select(record => record.Name.ToString()).ToList();
        if (found.Count > page.Count && page.Count > 0)
            request.Http.Response.Headers.Link = query.NextLink(path, page[^1], found[page.Count - 1].Updated);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, new Catalog(page), WireJson.Wire.Catalog);
    }

    /// <summary>A page and one more. Whoever sees some repositories only is shown as many of them as a page holds, however many lie between.</summary>
    private async ValueTask<IReadOnlyList<RepositoryRecord>> FindAsync(RegistryRequest request, PageQuery query)
    {
        var wanted = query.WithNext;
        if (request.Caller.May(Rights.CatalogRead) || wanted.Limit == 0)
            return await content.Repositories.ListAsync(request.Registry.Id, wanted, request.Aborted);
        var seen = new List<RepositoryRecord>();
        for (var page = wanted with { Limit = Math.Max(wanted.Limit, ScannedAtOnce) }; ;)
        {
            var found = await content.Repositories.ListAsync(request.Registry.Id, page, request.Aborted);
            seen.AddRange(found.Where(record => request.Caller.Sees(record.Name)));
            if (seen.Count > query.Size || found.Count < page.Limit)
                return seen;
            page = page with { Last = found[^1].Name.ToString(), LastTime = found[^1].Updated };
        }
    }

    public async Task TagsAsync(RegistryRequest request, RepositoryName repository)
    {
        var query = PageQuery.Read(request.Http.Request, content.Limits);
        var found = await content.Tags.ListAsync(request.Key(repository), digest: null, query.WithNext, request.Aborted);
        var page = found.Take(query.Size).Select(record => record.Tag.ToString()).ToList();
        if (found.Count > page.Count && page.Count > 0)
            request.Http.Response.Headers.Link = query.NextLink($"/v2/{repository}/tags/list", page[^1], found[page.Count - 1].Updated);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, new TagList(repository.ToString(), page), WireJson.Wire.TagList);
    }

    /// <summary>An image index of who refers to the digest; empty rather than 404, for a client takes 404 to mean that there is no such API.</summary>
    public async Task ReferrersAsync(RegistryRequest request, RepositoryName repository, Digest subject)
    {
        var http = request.Http;
        var query = PageQuery.Read(http.Request, content.Limits);
        var filter = http.Request.Query["artifactType"].ToString();
        MediaType? artifactType = filter.Length == 0 ? null
            : MediaType.TryParse(filter, out var parsed) ? parsed
            : throw new RegistryException(ErrorCode.RequestInvalid, $"invalid artifactType: {MediaType.Explain(filter)}");
        var (page, more) = await content.Referrers.ListAsync(request.Key(repository), subject, artifactType, query.Exact, request.Aborted);
        if (artifactType is not null)
            http.Response.Headers[DistributionHeaders.FiltersApplied] = "artifactType";
        if (more)
        {
            var restated = artifactType is null ? "" : $"&artifactType={Uri.EscapeDataString(filter)}";
            http.Response.Headers.Link = query.NextLink($"/v2/{repository}/referrers/{subject}", page[^1].Digest.ToString(), more: restated);
        }
        var index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = page };
        await Answer.BytesAsync(http, StatusCodes.Status200OK, MediaTypes.ImageIndex.ToString(), index.ToJson());
    }
}
