using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Acr.Management;

/// <summary>Registries as az shows them: the properties beside the resource's own members, each under the name that az gives it, null where it has no value.</summary>
internal static class RegistryJson
{
    public static IReadOnlyList<AzColumn> Columns { get; } =
    [
        AzResource.Column("NAME", "name"),
        AzResource.Column("RESOURCE GROUP", "resourceGroup"),
        AzResource.Column("LOCATION", "location"),
        new("SKU", registry => AzResource.Cell(registry?["sku"]?["name"])),
        AzResource.Column("LOGIN SERVER", "loginServer"),
        AzResource.TimeColumn("CREATION DATE", "creationDate"),
        AzResource.Column("ADMIN ENABLED", "adminUserEnabled"),
    ];

    public static IReadOnlyList<AzColumn> CredentialColumns { get; } =
    [
        AzResource.Column("USERNAME", "username"),
        new("PASSWORD", credentials => PasswordCell(credentials, 0)),
        new("PASSWORD2", credentials => PasswordCell(credentials, 1)),
    ];

    public static IReadOnlyList<AzColumn> PolicyColumns { get; } = [AzResource.Column("STATUS", "status"), AzResource.Column("TYPE", "type")];

    public static JsonNode Of(RegistryResource registry)
    {
        var properties = registry.Properties;
        return new JsonObject
        {
            ["adminUserEnabled"] = properties.AdminUserEnabled,
            ["anonymousPullEnabled"] = properties.AnonymousPullEnabled,
            ["creationDate"] = AzResource.Time(properties.CreationDate),
            ["dataEndpointEnabled"] = properties.DataEndpointEnabled,
            ["dataEndpointHostNames"] = AzResource.Texts(properties.DataEndpointHostNames),
            ["encryption"] = properties.Encryption is { } encryption ? new JsonObject { ["keyVaultProperties"] = null, ["status"] = encryption.Status } : null,
            ["id"] = registry.Id,
            ["identity"] = null,
            ["location"] = registry.Location,
            ["loginServer"] = properties.LoginServer,
            ["metadataSearch"] = properties.MetadataSearch,
            ["name"] = registry.Name,
            ["networkRuleBypassOptions"] = properties.NetworkRuleBypassOptions,
            ["networkRuleSet"] = Of(properties.NetworkRuleSet),
            ["policies"] = Of(properties.Policies),
            ["privateEndpointConnections"] = new JsonArray([.. properties.PrivateEndpointConnections.Select(connection => new JsonObject { ["id"] = connection.Id })]),
            ["provisioningState"] = properties.ProvisioningState,
            ["publicNetworkAccess"] = properties.PublicNetworkAccess,
            ["resourceGroup"] = AzResource.GroupOf(registry.Id),
            ["roleAssignmentMode"] = properties.RoleAssignmentMode,
            ["sku"] = new JsonObject { ["name"] = registry.Sku.Name, ["tier"] = registry.Sku.Tier },
            ["status"] = null,
            ["systemData"] = AzResource.History(registry.SystemData),
            ["tags"] = registry.Tags is { } tags ? new JsonObject(tags.Select(tag => KeyValuePair.Create<string, JsonNode?>(tag.Key, tag.Value))) : null,
            ["type"] = registry.Type,
            ["zoneRedundancy"] = properties.ZoneRedundancy,
        };
    }

    /// <summary>The rules alone, as <c>network-rule list</c> shows them.</summary>
    public static JsonObject RulesOf(NetworkRuleSet? rules) => new()
    {
        ["ipRules"] = new JsonArray([.. (rules?.IpRules ?? []).Select(rule => new JsonObject { ["action"] = rule.Action, ["ipAddressOrRange"] = rule.Value })]),
        ["virtualNetworkRules"] = new JsonArray(),
    };

    public static JsonNode? Of(PolicyStatus? policy) => policy is null ? null : new JsonObject { ["status"] = policy.Status };

    public static JsonNode Of(AdminCredentials credentials) => new JsonObject
    {
        ["passwords"] = new JsonArray([.. credentials.Passwords.Select(password => new JsonObject { ["name"] = password.Name, ["value"] = password.Value })]),
        ["username"] = credentials.Username,
    };

    private static JsonObject? Of(NetworkRuleSet? rules)
    {
        if (rules is null)
            return null;
        var all = RulesOf(rules);
        all.Remove("virtualNetworkRules");
        all["defaultAction"] = rules.DefaultAction;
        return all;
    }

    private static JsonObject Of(RegistryPolicies policies) => new()
    {
        ["azureAdAuthenticationAsArmPolicy"] = Of(policies.AzureADAuthenticationAsArmPolicy),
        ["exportPolicy"] = Of(policies.ExportPolicy),
        ["quarantinePolicy"] = Of(policies.QuarantinePolicy),
        ["retentionPolicy"] = policies.RetentionPolicy is { } retention
            ? new JsonObject { ["days"] = retention.Days, ["lastUpdatedTime"] = AzResource.Time(retention.LastUpdatedTime), ["status"] = retention.Status }
            : null,
        ["softDeletePolicy"] = policies.SoftDeletePolicy is { } deletion
            ? new JsonObject { ["lastUpdatedTime"] = AzResource.Time(deletion.LastUpdatedTime), ["retentionDays"] = deletion.RetentionDays, ["status"] = deletion.Status }
            : null,
        ["trustPolicy"] = policies.TrustPolicy is { } trust ? new JsonObject { ["status"] = trust.Status, ["type"] = trust.Type } : null,
    };

    private static string PasswordCell(JsonNode? credentials, int index) =>
        credentials?["passwords"] is JsonArray passwords && index < passwords.Count ? AzResource.Cell(passwords[index]?["value"]) : AzResource.Blank;
}
