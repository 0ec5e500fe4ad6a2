using System.Text.Json.Serialization;

namespace Gantry.Server.Access.Federation;

/// <summary>What a claim must say: that very text, or in a flexible credential a pattern.</summary>
public sealed record ClaimRule
{
    [JsonPropertyName("claim")]
    public required string Claim { get; init; }

    [JsonPropertyName("value")]
    public required string Value { get; init; }
}
