using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Arm;

/// <summary>What there is to say of a registry, in the service's order.</summary>
public sealed record RegistryProperties
{
    /// <summary>Host, and port where there is one, that clients reach it at.</summary>
    [JsonPropertyName("loginServer")]
    public required string LoginServer { get; init; }

    [JsonPropertyName("creationDate")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset CreationDate { get; init; }

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("provisioningState")]
    public string ProvisioningState { get; init => field = value ?? "Succeeded"; } = "Succeeded";

    [JsonPropertyName("adminUserEnabled")]
    public bool AdminUserEnabled { get; init; }

    [JsonPropertyName("anonymousPullEnabled")]
    public bool AnonymousPullEnabled { get; init; }

    [JsonPropertyName("dataEndpointEnabled")]
    public bool DataEndpointEnabled { get; init; }

    [JsonPropertyName("dataEndpointHostNames")]
    public IReadOnlyList<string> DataEndpointHostNames { get; init => field = value ?? []; } = [];

    /// <summary><c>Enabled</c> or <c>Disabled</c>.</summary>
    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("publicNetworkAccess")]
    public string PublicNetworkAccess { get; init => field = value ?? "Enabled"; } = "Enabled";

    /// <summary>Absent where the registry has no rules of the kind.</summary>
    [JsonPropertyName("networkRuleSet")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NetworkRuleSet? NetworkRuleSet { get; init; }

    /// <summary><c>AzureServices</c> or <c>None</c>.</summary>
    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("networkRuleBypassOptions")]
    public string NetworkRuleBypassOptions { get; init => field = value ?? "AzureServices"; } = "AzureServices";

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("zoneRedundancy")]
    public string ZoneRedundancy { get; init => field = value ?? "Disabled"; } = "Disabled";

    [JsonPropertyName("encryption")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EncryptionStatus? Encryption { get; init; }

    [JsonPropertyName("privateEndpointConnections")]
    public IReadOnlyList<ResourceReference> PrivateEndpointConnections { get; init => field = value ?? []; } = [];

    /// <summary>A word of <see cref="RoleAssignmentModes"/>.</summary>
    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("roleAssignmentMode")]
    public string RoleAssignmentMode { get; init => field = value ?? RoleAssignmentModes.Legacy; } = RoleAssignmentModes.Legacy;

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("metadataSearch")]
    public string MetadataSearch { get; init => field = value ?? "Disabled"; } = "Disabled";

    [JsonPropertyName("policies")]
    public required RegistryPolicies Policies { get; init; }
}
