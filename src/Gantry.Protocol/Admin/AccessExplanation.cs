using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Answer of <c>GET /gantry/v1/access/explain</c>: whether an identity may do something, and why.</summary>
public sealed record AccessExplanation
{
    [JsonPropertyName("identity")]
    public required string Identity { get; init; }

    [JsonPropertyName("displayName")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DisplayName { get; init; }

    /// <summary>Azure's name of the permission.</summary>
    [JsonPropertyName("action")]
    public required string Action { get; init; }

    [JsonPropertyName("repository")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Repository { get; init; }

    [JsonPropertyName("allowed")]
    public required bool Allowed { get; init; }

    [JsonPropertyName("reason")]
    public required string Reason { get; init; }

    /// <summary>Everything that the identity has, and what each comes to here.</summary>
    [JsonPropertyName("grants")]
    public required IReadOnlyList<GrantDescription> Grants { get; init; }
}
