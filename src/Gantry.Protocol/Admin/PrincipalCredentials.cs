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
}
