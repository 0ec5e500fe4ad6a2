using Gantry.Protocol.Token;
using Gantry.Server.Http.Distribution;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Acr;

/// <summary>Everything below <c>/acr/v1/</c>: what az and the Azure SDKs know of repositories, tags and manifests.</summary>
/// <remarks>Any <c>api-version</c>, or none, is the same API. Refusals of the rules leave as exceptions for the caller's <see cref="ErrorWriter"/>.</remarks>
public sealed class AcrEndpoints(RegistryContent content)
{
    private readonly ListEndpoints _lists = new(content);
    private readonly RepositoryEndpoints _repositories = new(content);
    private readonly TagEndpoints _tags = new(content);
    private readonly ManifestAttributesEndpoints _manifests = new(content);

    /// <param name="request">The request, its registry and its caller.</param>
    /// <param name="path">The raw path: <see cref="RawTarget"/>.</param>
    public Task HandleAsync(RegistryRequest request, ReadOnlyMemory<char> path)
    {
        ResponseHeaders.Apply(request.Http);
        var route = AcrRoute.Match(path.Span);
        if (route.Resource == AcrResource.None)
            return Answer.NotFoundAsync(request.Http);
        var method = request.Http.Request.Method;
        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        if (route.Resource == AcrResource.Catalog)
            return !isRead ? Answer.MethodNotAllowedAsync(request.Http, AllowedMethods.Of(route.Resource))
                : request.Authentication.Failed || !request.Caller.MayListCatalog() ? Challenges.RefuseCatalogAsync(request)
                : _lists.CatalogAsync(request, "/acr/v1/_catalog");

        var isOne = route.Resource is AcrResource.Repository or AcrResource.Tag or AcrResource.Manifest;
        var action = isRead ? TokenActions.MetadataRead
            : isOne && HttpMethods.IsPatch(method) ? TokenActions.MetadataWrite
            // A manifest is deleted through /v2, by az too.
            : route.Resource is AcrResource.Repository or AcrResource.Tag && HttpMethods.IsDelete(method) ? TokenActions.Delete
            : null;
        if (action is null)
            return Answer.MethodNotAllowedAsync(request.Http, AllowedMethods.Of(route.Resource));
        return Dispatch(request, route, action);
    }

    private Task Dispatch(RegistryRequest request, AcrRoute route, string action)
    {
        var repository = PathText.Repository(route.Repository);
        if (!request.May(action, repository))
            return Challenges.RefuseAsync(request, repository, action);
        return (route.Resource, action) switch
        {
            (AcrResource.Repository, TokenActions.MetadataRead) => _repositories.GetAsync(request, repository),
            (AcrResource.Repository, TokenActions.MetadataWrite) => _repositories.PatchAsync(request, repository),
            (AcrResource.Repository, _) => _repositories.DeleteAsync(request, repository),
            (AcrResource.Tags, _) => _tags.ListAsync(request, repository),
            (AcrResource.Tag, TokenActions.MetadataRead) => _tags.GetAsync(request, repository, PathText.Tag(route.Last)),
            (AcrResource.Tag, TokenActions.MetadataWrite) => _tags.PatchAsync(request, repository, PathText.Tag(route.Last)),
            (AcrResource.Tag, _) => _tags.DeleteAsync(request, repository, PathText.Tag(route.Last)),
            (AcrResource.Manifests, _) => _manifests.ListAsync(request, repository),
            (_, TokenActions.MetadataRead) => _manifests.GetAsync(request, repository, PathText.Digest(route.Last)),
            _ => _manifests.PatchAsync(request, repository, PathText.Digest(route.Last)),
        };
    }
}
