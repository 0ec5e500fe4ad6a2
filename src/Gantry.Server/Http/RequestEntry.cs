using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Metadata;

namespace Gantry.Server.Http;

/// <summary>What the log and the audit record will say of a request, as far as it is known.</summary>
public sealed class RequestEntry
{
    public required ReadOnlyMemory<char> Path { get; init; }

    /// <summary>One of <see cref="Hosting.Metrics.RouteClass"/>.</summary>
    public required string Route { get; init; }

    public required bool Uploads { get; init; }

    public required long Begun { get; init; }

    /// <summary>Who asks; set as soon as it is known, so that a request that is refused later has it too.</summary>
    public Authentication? Authentication { get; set; }

    /// <summary>The registry that was asked; null until it is found.</summary>
    public RegistryRecord? Registry { get; set; }

    /// <summary>The host that the client named.</summary>
    public RegistryName Host { get; set; }

    /// <summary>It came too often, or after too many wrong passwords.</summary>
    public bool TurnedAway { get; set; }
}
