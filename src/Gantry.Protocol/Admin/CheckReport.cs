using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>What the database and the store of bytes say of each other.</summary>
public sealed record CheckReport
{
    /// <summary>Whether all that was found was set right, as far as that can be done without the bytes.</summary>
    [JsonPropertyName("repaired")]
    public required bool Repaired { get; init; }

    /// <summary>How much was to be set right and could not be: another check may.</summary>
    [JsonPropertyName("left")]
    public long Left { get; init; }

    /// <summary>Blobs that were looked for in the store.</summary>
    [JsonPropertyName("blobs")]
    public required long Blobs { get; init; }

    /// <summary>Manifests whose bytes were verified.</summary>
    [JsonPropertyName("manifests")]
    public required long Manifests { get; init; }

    /// <summary>Objects that were looked for in the database.</summary>
    [JsonPropertyName("objects")]
    public required long Objects { get; init; }

    /// <summary>Blobs without bytes, or with fewer or more than they should have.</summary>
    [JsonPropertyName("damaged")]
    public required long Damaged { get; init; }

    /// <summary>Manifests whose bytes in the database are not their own.</summary>
    [JsonPropertyName("damagedManifests")]
    public required long DamagedManifests { get; init; }

    /// <summary>Objects older than the grace that no row names.</summary>
    [JsonPropertyName("orphans")]
    public required long Orphans { get; init; }

    /// <summary>Counts and marks that disagree with what they count.</summary>
    [JsonPropertyName("miscounted")]
    public required long Miscounted { get; init; }

    /// <summary>What the database engine finds wrong with its own files.</summary>
    [JsonPropertyName("engine")]
    public required long Engine { get; init; }

    /// <summary>The first findings, in words.</summary>
    [JsonPropertyName("findings")]
    public required IReadOnlyList<string> Findings { get; init; }
}
