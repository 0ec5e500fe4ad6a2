namespace Gantry.Server.Metadata;

/// <summary>One of a service principal's secrets.</summary>
public sealed record SecretRecord
{
    public required Guid Id { get; init; }

    /// <summary>What its owner calls it.</summary>
    public required string Label { get; init; }

    /// <summary>Keyed SHA-256. The secret itself has 256 random bits, so no slow hash is needed.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? Ends { get; init; }
}
