using Gantry.Protocol.Arm;
using Gantry.Testing.Http;

namespace Gantry.Cli.Tests.Acr;

/// <summary>A registry called <c>myregistry</c> that answers about itself as a test wrote down.</summary>
internal static class ManagementPeer
{
    public static readonly string Id = ArmPaths.Registry("myregistry", "s", "g");

    /// <summary>Where the commands ask: with placeholders for subscription and group.</summary>
    public static readonly string Path = ArmPaths.Registry("myregistry");

    public static async Task<ScriptedPeer> StartAsync()
    {
        var peer = await ScriptedPeer.StartAsync();
        return peer.On("GET", "/gantry/v1/registries", PeerAnswer.Json("{\"registries\":[{\"name\":\"myregistry\",\"loginServer\":\"" + peer.Authority + "\"}]}"));
    }

    public static PeerAnswer Registry(bool admin = false, string rules = "") => PeerAnswer.Json(RegistryText(admin, rules));

    public static string RegistryText(bool admin = false, string rules = "") =>
        "{\"id\":\"" + Id + "\",\"name\":\"myregistry\",\"type\":\"Microsoft.ContainerRegistry/registries\",\"location\":\"local\",\"tags\":{\"team\":\"a\"},\"sku\":{\"name\":\"Premium\",\"tier\":\"Premium\"},"
        + "\"properties\":{\"loginServer\":\"myregistry.azurecr.io\",\"creationDate\":\"2026-01-02T03:04:05.1234567Z\",\"provisioningState\":\"Succeeded\",\"adminUserEnabled\":" + (admin ? "true" : "false")
        + ",\"anonymousPullEnabled\":false,\"dataEndpointEnabled\":false,\"dataEndpointHostNames\":[],\"publicNetworkAccess\":\"Enabled\",\"networkRuleSet\":{\"defaultAction\":\"Deny\",\"ipRules\":[" + rules + "]},"
        + "\"networkRuleBypassOptions\":\"AzureServices\",\"zoneRedundancy\":\"Disabled\",\"encryption\":{\"status\":\"disabled\"},\"privateEndpointConnections\":[],"
        + "\"roleAssignmentMode\":\"LegacyRegistryPermissions\",\"metadataSearch\":\"Disabled\",\"policies\":{\"quarantinePolicy\":{\"status\":\"disabled\"},\"trustPolicy\":{\"type\":\"Notary\",\"status\":\"disabled\"},"
        + "\"retentionPolicy\":{\"days\":7,\"lastUpdatedTime\":\"2026-01-02T03:04:05.0000000Z\",\"status\":\"disabled\"},\"exportPolicy\":{\"status\":\"enabled\"},"
        + "\"azureADAuthenticationAsArmPolicy\":{\"status\":\"enabled\"},\"softDeletePolicy\":{\"retentionDays\":7,\"lastUpdatedTime\":\"2026-01-02T03:04:05.0000000Z\",\"status\":\"disabled\"}}}}";

    public static string ScopeMapText(string name, params string[] actions) =>
        "{\"id\":\"" + Id + "/scopeMaps/" + name + "\",\"name\":\"" + name + "\",\"type\":\"Microsoft.ContainerRegistry/registries/scopeMaps\",\"systemData\":{\"createdBy\":\"a\",\"createdByType\":\"User\",\"createdAt\":\"2026-01-02T03:04:05.0000000Z\"},"
        + "\"properties\":{\"description\":\"d\",\"type\":\"UserDefined\",\"creationDate\":\"2026-01-02T03:04:05.0000000Z\",\"provisioningState\":\"Succeeded\",\"actions\":["
        + string.Join(',', actions.Select(action => $"\"{action}\"")) + "]}}";

    public static string TokenText(string name, string passwords = "") =>
        "{\"id\":\"" + Id + "/tokens/" + name + "\",\"name\":\"" + name + "\",\"type\":\"Microsoft.ContainerRegistry/registries/tokens\",\"properties\":{\"creationDate\":\"2026-01-02T03:04:05.0000000Z\","
        + "\"provisioningState\":\"Succeeded\",\"scopeMapId\":\"" + Id + "/scopeMaps/m\",\"credentials\":{\"certificates\":[],\"passwords\":[" + passwords + "]},\"status\":\"enabled\"}}";

    public const string TwoPasswords =
        "{\"creationTime\":\"2026-01-02T03:04:05.1234567Z\",\"name\":\"password1\"},{\"creationTime\":\"2026-01-02T03:04:05.0000000Z\",\"expiry\":\"2027-01-02T03:04:05.0000000Z\",\"name\":\"password2\"}";
}
