using Gantry.Server.Access;

namespace Gantry.Server.Http;

/// <summary>What the log will say of a request, as far as it is known.</summary>
public sealed class RequestEntry
{
    public required ReadOnlyMemory<char> Path { get; init; }

    /// <summary>One of <see cref="Hosting.Metrics.RouteClass"/>.</summary>
    public required string Route { get; init; }

    public required bool Uploads { get; init; }

    public required long Begun { get; init; }

    /// <summary>Who asks; set as soon as it is known, so that a request that is refused later has it too.</summary>
    public Authentication? Authentication { get; set; }
}
