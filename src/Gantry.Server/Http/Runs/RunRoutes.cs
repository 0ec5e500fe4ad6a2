using Gantry.Protocol.Naming;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Runs;

/// <summary>The paths of runs. Those of workers and links ask for no principal: a secret or a signature opens them.</summary>
public sealed class RunRoutes(ResourceEndpoints resources, LeaseEndpoints leases, SourceEndpoints sources, LogEndpoints logs)
{
    private const string Leases = "/gantry/v1/leases";
    private const string Sources = "/gantry/v1/sources/";
    private const string Logs = "/gantry/v1/logs/";

    /// <summary>Those below a registry's own path.</summary>
    public ResourceEndpoints Resources => resources;

    /// <summary>Whether the path is one of workers or links.</summary>
    public static bool IsOwn(ReadOnlySpan<char> path) =>
        path.StartsWith(Sources) || path.StartsWith(Logs) || (path.StartsWith(Leases) && (path.Length == Leases.Length || path[Leases.Length] == '/'));

    /// <summary>Whether the path is a link to content: of a context or a log.</summary>
    public static bool IsLink(ReadOnlySpan<char> path) => path.StartsWith(Sources) || path.StartsWith(Logs);

    /// <summary>Answers a path of workers or links.</summary>
    public Task HandleOwnAsync(HttpContext http, RegistryRecord registry, RegistryName host, ReadOnlySpan<char> path)
    {
        if (path.StartsWith(Sources))
            return sources.HandleAsync(http, registry, path[Sources.Length..].ToString());
        return path.StartsWith(Logs)
            ? logs.HandleAsync(http, registry, path[Logs.Length..].ToString())
            : leases.HandleAsync(http, registry, host, path[Leases.Length..].ToString());
    }
}
