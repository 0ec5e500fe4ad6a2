using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Something that gives an identity rights, and what it comes to in one case.</summary>
public sealed record GrantDescription
{
    /// <summary>Where it comes from: a role, a scope map.</summary>
    [JsonPropertyName("source")]
    public required string Source { get; init; }

    /// <summary>What it is for.</summary>
    [JsonPropertyName("place")]
    public required string Place { get; init; }

    [JsonPropertyName("condition")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Condition { get; init; }

    [JsonPropertyName("verdict")]
    public required string Verdict { get; init; }
}
