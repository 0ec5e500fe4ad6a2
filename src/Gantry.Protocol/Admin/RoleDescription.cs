using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>A role that a principal has.</summary>
public sealed record RoleDescription
{
    /// <summary>The assignment's id.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("role")]
    public required string Role { get; init; }

    /// <summary>Limits the role to this repository and those below it; absent for all.</summary>
    [JsonPropertyName("repository")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Repository { get; init; }

    [JsonPropertyName("condition")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Condition { get; init; }
}
