using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>What a new principal signs in with: told once, kept by nobody but its owner. The shape of <c>az ad sp create-for-rbac</c>.</summary>
public sealed record PrincipalCredentials
{
    [JsonPropertyName("appId")]
    public required string AppId { get; init; }

    [JsonPropertyName("password")]
    public required string Password { get; init; }

    [JsonPropertyName("tenant")]
    public required string Tenant { get; init; }

    /// <summary>The secret's own id; absent for a principal's first one.</summary>
    [JsonPropertyName("keyId")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KeyId { get; init; }

    /// <summary>When the secret ends; absent for never.</summary>
    [JsonPropertyName("endTime")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EndTime { get; init; }
}
