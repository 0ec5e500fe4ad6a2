using Gantry.Server.Http.Arm;

namespace Gantry.Server.Http;

/// <summary>Both management APIs: Azure's own, and what it has no word for.</summary>
public sealed class ManagementEndpoints(ManagedRoutes own, ArmEndpoints arm)
{
    private const string Root = "/gantry/v1/";

    /// <summary>What lies below <c>/gantry/v1/</c>.</summary>
    public ManagedRoutes Own => own;

    public ArmEndpoints Arm => arm;

    public static bool Owns(ReadOnlySpan<char> path) => path.StartsWith(Root) || ArmEndpoints.Owns(path);

    /// <param name="request">The request.</param>
    /// <param name="path">The raw path.</param>
    public Task HandleAsync(RegistryRequest request, ReadOnlySpan<char> path) =>
        path.StartsWith(Root) ? own.HandleAsync(request, path[Root.Length..]) : arm.HandleAsync(request, path);
}
