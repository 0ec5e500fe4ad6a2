namespace Gantry.Server.Metadata;

/// <summary>What is known of a digest as a blob, whichever repository has it.</summary>
public sealed record BlobFacts
{
    /// <summary>Bytes; null where no repository has it.</summary>
    public long? Size { get; init; }

    /// <summary>Since when no manifest names it; null while one does.</summary>
    public DateTimeOffset? Candidate { get; init; }

    /// <summary>Since when its bytes are known to be wrong or missing; null while they are not.</summary>
    public DateTimeOffset? Damaged { get; init; }

    /// <summary>Whether an upload is about to bring it.</summary>
    public bool Held { get; init; }

    /// <summary>Whether its bytes are being taken away.</summary>
    public bool Going { get; init; }
}
