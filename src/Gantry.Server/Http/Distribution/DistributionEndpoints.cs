using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Token;
using Gantry.Server.Access;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Distribution;

/// <summary>Everything below <c>/v2/</c> (OCI distribution-spec): finds the resource, checks the method and the caller's right, and passes on.</summary>
/// <param name="content">The rules.</param>
/// <param name="notice">What the operator tells everybody with each answer; null for nothing.</param>
/// <remarks>Refusals of the rules leave as exceptions for the caller's <see cref="ErrorWriter"/>.</remarks>
public sealed class DistributionEndpoints(RegistryContent content, string? notice = null)
{
    private readonly string? _notice = notice is null ? null : WarningHeader.Write(notice);
    private readonly ManifestEndpoints _manifests = new(content);
    private readonly BlobEndpoints _blobs = new(content);
    private readonly UploadEndpoints _uploads = new(content);
    private readonly ListEndpoints _lists = new(content);

    /// <param name="request">The request, its registry and its caller.</param>
    /// <param name="path">The raw path: <see cref="RawTarget"/>.</param>
    public Task HandleAsync(RegistryRequest request, ReadOnlyMemory<char> path)
    {
        ResponseHeaders.Apply(request.Http);
        if (_notice is not null)
            request.Http.Response.Headers.Warning = _notice;
        var route = DistributionRoute.Match(path.Span);
        var method = request.Http.Request.Method;
        return route.Resource switch
        {
            DistributionResource.Ping => Ping(request),
            DistributionResource.Catalog => Catalog(request),
            DistributionResource.Manifest => Manifest(request, method, route),
            DistributionResource.Blob => Blob(request, method, route),
            DistributionResource.UploadStart => UploadStart(request, method, route),
            DistributionResource.Upload => Upload(request, method, route),
            DistributionResource.Tags => Tags(request, method, route),
            DistributionResource.Referrers => Referrers(request, method, route),
            _ => Answer.NotFoundAsync(request.Http),
        };
    }

    /// <summary>Anonymous callers are challenged even where they may pull: clients learn here how to sign in.</summary>
    private static Task Ping(RegistryRequest request)
    {
        if (!IsRead(request.Http.Request.Method))
            return NotAllowed(request, DistributionResource.Ping);
        return request.Authentication.Failed || request.Caller.Kind == CallerKind.Anonymous
            ? Challenges.RefuseAsync(request)
            : Answer.BytesAsync(request.Http, StatusCodes.Status200OK, "application/json; charset=utf-8", "{}"u8.ToArray());
    }

    private Task Catalog(RegistryRequest request) =>
        !IsRead(request.Http.Request.Method) ? NotAllowed(request, DistributionResource.Catalog)
        : request.Authentication.Failed || !request.Caller.MayListCatalog() ? Challenges.RefuseCatalogAsync(request)
        : _lists.CatalogAsync(request, "/v2/_catalog");

    private Task Manifest(RegistryRequest request, string method, DistributionRoute route)
    {
        var action = IsRead(method) ? TokenActions.Pull
            : HttpMethods.IsPut(method) ? TokenActions.Push
            : HttpMethods.IsDelete(method) ? TokenActions.Delete
            : null;
        if (action is null)
            return NotAllowed(request, DistributionResource.Manifest);
        var repository = PathText.Repository(route.Repository);
        if (!request.May(action, repository))
            return Challenges.RefuseAsync(request, repository, action);
        var (tag, digest) = PathText.Reference(route.Last);
        return action switch
        {
            TokenActions.Pull => _manifests.GetAsync(request, repository, tag, digest),
            TokenActions.Push => _manifests.PutAsync(request, repository, tag, digest),
            _ => _manifests.DeleteAsync(request, repository, tag, digest),
        };
    }

    private Task Blob(RegistryRequest request, string method, DistributionRoute route)
    {
        var action = IsRead(method) ? TokenActions.Pull : HttpMethods.IsDelete(method) ? TokenActions.Delete : null;
        if (action is null)
            return NotAllowed(request, DistributionResource.Blob);
        var repository = PathText.Repository(route.Repository);
        if (!request.May(action, repository))
            return Challenges.RefuseAsync(request, repository, action);
        var digest = PathText.Digest(route.Last);
        return action == TokenActions.Pull
            ? _blobs.GetAsync(request, repository, digest)
            : _blobs.DeleteAsync(request, repository, digest);
    }

    private Task UploadStart(RegistryRequest request, string method, DistributionRoute route)
    {
        if (!HttpMethods.IsPost(method))
            return NotAllowed(request, DistributionResource.UploadStart);
        var repository = PathText.Repository(route.Repository);
        if (request.May(TokenActions.Push, repository))
            return _uploads.StartAsync(request, repository);
        var query = request.Http.Request.Query;
        return query.ContainsKey("mount") && RepositoryName.TryParse(query["from"].ToString(), out var from)
            ? Challenges.RefuseMountAsync(request, repository, from)
            : Challenges.RefuseAsync(request, repository, TokenActions.Push);
    }

    private Task Upload(RegistryRequest request, string method, DistributionRoute route)
    {
        Func<RegistryRequest, RepositoryName, Guid, Task>? act =
            HttpMethods.IsPatch(method) ? _uploads.AppendAsync
            : HttpMethods.IsPut(method) ? _uploads.CompleteAsync
            : IsRead(method) ? _uploads.StatusAsync
            : HttpMethods.IsDelete(method) ? _uploads.CancelAsync
            : null;
        if (act is null)
            return NotAllowed(request, DistributionResource.Upload);
        var repository = PathText.Repository(route.Repository);
        if (!request.May(TokenActions.Push, repository))
            return Challenges.RefuseAsync(request, repository, TokenActions.Push);
        return Guid.TryParseExact(route.Last, "D", out var id)
            ? act(request, repository, id)
            : throw new RegistryException(ErrorCode.BlobUploadUnknown);
    }

    private Task Tags(RegistryRequest request, string method, DistributionRoute route)
    {
        if (!IsRead(method))
            return NotAllowed(request, DistributionResource.Tags);
        var repository = PathText.Repository(route.Repository);
        return request.May(TokenActions.Pull, repository) || request.May(TokenActions.MetadataRead, repository)
            ? _lists.TagsAsync(request, repository)
            : Challenges.RefuseAsync(request, repository, TokenActions.Pull);
    }

    private Task Referrers(RegistryRequest request, string method, DistributionRoute route)
    {
        if (!IsRead(method))
            return NotAllowed(request, DistributionResource.Referrers);
        var repository = PathText.Repository(route.Repository);
        return request.May(TokenActions.Pull, repository)
            ? _lists.ReferrersAsync(request, repository, PathText.Digest(route.Last))
            : Challenges.RefuseAsync(request, repository, TokenActions.Pull);
    }

    private static Task NotAllowed(RegistryRequest request, DistributionResource resource) => Answer.MethodNotAllowedAsync(request.Http, AllowedMethods.Of(resource));

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
}
