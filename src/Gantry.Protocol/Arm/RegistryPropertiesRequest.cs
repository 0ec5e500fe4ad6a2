using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>What a request wants a registry to be; null leaves a member as it is.</summary>
public sealed record RegistryPropertiesRequest
{
    [JsonPropertyName("adminUserEnabled")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? AdminUserEnabled { get; init; }

    [JsonPropertyName("anonymousPullEnabled")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? AnonymousPullEnabled { get; init; }

    [JsonPropertyName("dataEndpointEnabled")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? DataEndpointEnabled { get; init; }

    [JsonPropertyName("publicNetworkAccess")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PublicNetworkAccess { get; init; }

    /// <summary>All rules: they replace those that were.</summary>
    [JsonPropertyName("networkRuleSet")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NetworkRuleSet? NetworkRuleSet { get; init; }

    [JsonPropertyName("networkRuleBypassOptions")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NetworkRuleBypassOptions { get; init; }

    [JsonPropertyName("zoneRedundancy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ZoneRedundancy { get; init; }

    [JsonPropertyName("encryption")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EncryptionStatus? Encryption { get; init; }

    [JsonPropertyName("roleAssignmentMode")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RoleAssignmentMode { get; init; }

    [JsonPropertyName("metadataSearch")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MetadataSearch { get; init; }

    [JsonPropertyName("policies")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RegistryPolicies? Policies { get; init; }
}
