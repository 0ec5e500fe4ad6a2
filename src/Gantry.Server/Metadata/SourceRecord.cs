namespace Gantry.Server.Metadata;

/// <summary>A place for a build's context, which a run may name once.</summary>
public sealed record SourceRecord
{
    /// <summary>128 random bits in hexadecimal.</summary>
    public required string Id { get; init; }

    public required RegistryId Registry { get; init; }

    /// <summary>Who asked for it; nobody else's run may use it.</summary>
    public required string Owner { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Whether its bytes have arrived.</summary>
    public bool Stored { get; init; }

    /// <summary>Whether a run has it. What belongs to a run is not written any more.</summary>
    public bool Taken { get; init; }
}
