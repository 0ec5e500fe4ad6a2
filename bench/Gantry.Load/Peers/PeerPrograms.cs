namespace Gantry.Load.Peers;

/// <summary>Where the programs are.</summary>
internal sealed record PeerPrograms
{
    public required string Gantry { get; init; }

    public required string DockerRegistry { get; init; }

    public required string Nginx { get; init; }
}
