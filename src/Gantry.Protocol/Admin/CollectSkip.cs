using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>What a collection passed over, and why.</summary>
public sealed record CollectSkip(
    [property: JsonPropertyName("digest")] string Digest,
    [property: JsonPropertyName("reason")] string Reason);
