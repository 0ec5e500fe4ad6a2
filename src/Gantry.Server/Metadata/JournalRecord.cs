using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>One change of what a registry names.</summary>
public sealed record JournalRecord
{
    /// <summary>Rises by one with every change; of a snapshot's records, the last change that it covers.</summary>
    public required long Sequence { get; init; }

    public required JournalKind Kind { get; init; }

    /// <summary>The registry's name.</summary>
    public required string Registry { get; init; }

    public required RepositoryName Repository { get; init; }

    public Digest? Digest { get; init; }

    public MediaType? MediaType { get; init; }

    public Tag? Tag { get; init; }

    public ChangeableAttributes Locks { get; init; } = ChangeableAttributes.Unlocked;

    public required DateTimeOffset Time { get; init; }

    /// <summary>A manifest's bytes; empty for one that had gone again when the journal came to it.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }
}
