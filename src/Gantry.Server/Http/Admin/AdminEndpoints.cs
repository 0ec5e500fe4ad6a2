namespace Gantry.Server.Http.Admin;

/// <summary>Management that Azure has no word for, below <c>/gantry/v1</c>.</summary>
/// <param name="routes">Its paths.</param>
public sealed class AdminEndpoints(ManagedRoutes routes)
{
    public ManagedRoutes Routes => routes;

    /// <param name="request">The request.</param>
    /// <param name="path">What follows <c>/gantry/v1</c>.</param>
    public Task HandleAsync(RegistryRequest request, string path) => routes.HandleAsync(request, path.AsSpan(1));
}
