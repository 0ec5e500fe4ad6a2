using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>The policies of a registry. In a request, what is absent stays as it is.</summary>
public sealed record RegistryPolicies
{
    [JsonPropertyName("quarantinePolicy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PolicyStatus? QuarantinePolicy { get; init; }

    [JsonPropertyName("trustPolicy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TrustPolicy? TrustPolicy { get; init; }

    [JsonPropertyName("retentionPolicy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RetentionPolicy? RetentionPolicy { get; init; }

    [JsonPropertyName("exportPolicy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PolicyStatus? ExportPolicy { get; init; }

    /// <summary>Whether tokens that are meant for the management API also open the registry.</summary>
    [JsonPropertyName("azureADAuthenticationAsArmPolicy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PolicyStatus? AzureADAuthenticationAsArmPolicy { get; init; }

    [JsonPropertyName("softDeletePolicy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SoftDeletePolicy? SoftDeletePolicy { get; init; }
}
