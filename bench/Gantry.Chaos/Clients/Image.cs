using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Clients;

/// <summary>An image of this run. No two have the same manifest.</summary>
internal sealed record Image
{
    public required Descriptor Descriptor { get; init; }

    public required byte[] Manifest { get; init; }

    /// <summary>Config and layers.</summary>
    public required IReadOnlyList<Descriptor> Blobs { get; init; }

    /// <summary>Whether somebody may delete it; all others are there for ever once they were pushed.</summary>
    public required bool IsPassing { get; init; }
}
