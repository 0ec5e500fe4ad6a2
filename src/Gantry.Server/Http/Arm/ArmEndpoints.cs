using Gantry.Protocol;
using Gantry.Protocol.Distribution;

namespace Gantry.Server.Http.Arm;

/// <summary>Everything below <c>/subscriptions/</c>, in Azure Resource Manager's own forms. Any subscription, group and api-version will do.</summary>
/// <param name="registries">What lies below a registry's own path, that path itself being the empty one.</param>
/// <param name="subscriptions">What lies below <c>/subscriptions/</c> and belongs to no registry.</param>
public sealed class ArmEndpoints(ManagedRoutes registries, ManagedRoutes subscriptions)
{
    public ManagedRoutes Registries => registries;

    public ManagedRoutes Subscriptions => subscriptions;

    /// <summary>Whether the path is one of resources, which principals ask for.</summary>
    public static bool Owns(ReadOnlySpan<char> path) => path.StartsWith(ArmErrors.Root, StringComparison.OrdinalIgnoreCase);

    /// <param name="request">The request.</param>
    /// <param name="path">The raw path.</param>
    public Task HandleAsync(RegistryRequest request, ReadOnlySpan<char> path)
    {
        var route = ResourceRoute.Match(path);
        if (route.Registry.IsEmpty)
            return subscriptions.HandleAsync(request, path[ArmErrors.Root.Length..]);
        ManagedRoutes.DemandSignedIn(request);
        if (!route.Registry.Equals(request.Registry.Name, StringComparison.OrdinalIgnoreCase))
            throw new RegistryException(ErrorCode.NotFound, $"the registry \"{Printable.Of(route.Registry)}\" is not at this host: {request.LoginServer} is {request.Registry.Name}");
        return registries.HandleAsync(request, route.Rest);
    }

    /// <summary>The path of the registry's resource as the client wrote it: ids in answers begin so.</summary>
    public static string PrefixOf(RegistryRequest request) => ResourceRoute.Match(RawTarget.PathOf(request.Http).Span).Prefix.ToString();
}
