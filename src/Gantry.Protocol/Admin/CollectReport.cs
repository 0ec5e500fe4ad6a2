using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>What a collection did, or with <see cref="DryRun"/> would do.</summary>
public sealed record CollectReport
{
    [JsonPropertyName("dryRun")]
    public required bool DryRun { get; init; }

    /// <summary>Blobs whose bytes are gone.</summary>
    [JsonPropertyName("blobs")]
    public required long Blobs { get; init; }

    [JsonPropertyName("bytes")]
    public required long Bytes { get; init; }

    [JsonPropertyName("manifests")]
    public required long Manifests { get; init; }

    /// <summary>Of the blobs, those that an earlier collection had left half done.</summary>
    [JsonPropertyName("finished")]
    public required long Finished { get; init; }

    /// <summary>How many were passed over.</summary>
    [JsonPropertyName("skipped")]
    public required long Skipped { get; init; }

    /// <summary>The first of those that were passed over, and why.</summary>
    [JsonPropertyName("skips")]
    public required IReadOnlyList<CollectSkip> Skips { get; init; }

    /// <summary>How many could not be deleted. The next collection tries again.</summary>
    [JsonPropertyName("failed")]
    public required long Failed { get; init; }

    /// <summary>The first of the failures.</summary>
    [JsonPropertyName("errors")]
    public required IReadOnlyList<string> Errors { get; init; }

    [JsonPropertyName("seconds")]
    public required double Seconds { get; init; }
}
