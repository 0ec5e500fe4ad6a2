using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>What there is to say of a role.</summary>
public sealed record RoleDefinitionProperties
{
    [JsonPropertyName("roleName")]
    public required string RoleName { get; init; }

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("type")]
    public string Type { get; init => field = value ?? "BuiltInRole"; } = "BuiltInRole";

    [JsonPropertyName("description")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    [JsonPropertyName("assignableScopes")]
    public IReadOnlyList<string> AssignableScopes { get; init => field = value ?? []; } = [];

    [JsonPropertyName("permissions")]
    public IReadOnlyList<RoleActions> Permissions { get; init => field = value ?? []; } = [];
}
