using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Answer of <c>GET /gantry/v1/scrub</c>, and result of <c>POST</c>: how far the bytes were read anew, and what was wrong.</summary>
public sealed record ScrubStatus
{
    /// <summary>When the pass began.</summary>
    [JsonPropertyName("began")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Began { get; init; }

    /// <summary>When it was through; absent while it goes on.</summary>
    [JsonPropertyName("ended")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The last blob that was read, in the order of the digests.</summary>
    [JsonPropertyName("cursor")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cursor { get; init; }

    [JsonPropertyName("blobs")]
    public long Blobs { get; init; }

    [JsonPropertyName("bytes")]
    public long Bytes { get; init; }

    [JsonPropertyName("manifests")]
    public long Manifests { get; init; }

    /// <summary>Blobs and manifests that the pass found wrong or missing.</summary>
    [JsonPropertyName("found")]
    public long Found { get; init; }

    /// <summary>What the pass could not read; that says nothing of its bytes.</summary>
    [JsonPropertyName("unread")]
    public long Unread { get; init; }

    /// <summary>The first of the blobs that are damaged now: a push of the same bytes heals each.</summary>
    [JsonPropertyName("damaged")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Damaged { get; init; }

    /// <summary>How many blobs are damaged now, listed or not.</summary>
    [JsonPropertyName("damagedCount")]
    public long DamagedCount { get; init; }

    /// <summary>The first manifests that the pass found wrong in the database, each as <c>registry/repository@digest</c>: a push of the manifest heals it.</summary>
    [JsonPropertyName("wrongManifests")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? WrongManifests { get; init; }
}
