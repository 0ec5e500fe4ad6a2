using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gantry.Protocol.Arm;

namespace Gantry.Protocol.Tests.Arm;

/// <summary>Documents of the management API, as az sends them and as az wants them, there and back.</summary>
public sealed class ArmShapeTests
{
    private const string Id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry";

    private const string Registry = $$$$$$"""
        {"id":"{{{{{{Id}}}}}}","name":"myregistry","type":"Microsoft.ContainerRegistry/registries","location":"local","tags":{"team":"a"},"sku":{"name":"Premium","tier":"Premium"},
         "properties":{"loginServer":"myregistry.azurecr.io","creationDate":"2026-01-02T03:04:05.1234567Z","provisioningState":"Succeeded","adminUserEnabled":true,
          "anonymousPullEnabled":false,"dataEndpointEnabled":false,"dataEndpointHostNames":[],"publicNetworkAccess":"Enabled",
          "networkRuleSet":{"defaultAction":"Deny","ipRules":[{"action":"Allow","value":"10.0.0.0/8"}]},"networkRuleBypassOptions":"AzureServices","zoneRedundancy":"Disabled",
          "encryption":{"status":"disabled"},"privateEndpointConnections":[],"roleAssignmentMode":"LegacyRegistryPermissions","metadataSearch":"Disabled",
          "policies":{"quarantinePolicy":{"status":"disabled"},"trustPolicy":{"type":"Notary","status":"disabled"},
           "retentionPolicy":{"days":7,"lastUpdatedTime":"2026-01-02T03:04:05.0000000Z","status":"disabled"},"exportPolicy":{"status":"enabled"},
           "azureADAuthenticationAsArmPolicy":{"status":"enabled"},"softDeletePolicy":{"retentionDays":7,"lastUpdatedTime":"2026-01-02T03:04:05.0000000Z","status":"disabled"}}}}
        """;

    private const string ScopeMap = $$$$$$"""
        {"id":"{{{{{{Id}}}}}}/scopeMaps/m","name":"m","type":"Microsoft.ContainerRegistry/registries/scopeMaps","systemData":{"createdBy":"a","createdByType":"User","createdAt":"2026-01-02T03:04:05.0000000Z"},
         "properties":{"description":"d","type":"UserDefined","creationDate":"2026-01-02T03:04:05.0000000Z","provisioningState":"Succeeded","actions":["repositories/a/content/read"]}}
        """;

    private const string Token = $$$$$$"""
        {"id":"{{{{{{Id}}}}}}/tokens/t","name":"t","type":"Microsoft.ContainerRegistry/registries/tokens",
         "properties":{"creationDate":"2026-01-02T03:04:05.0000000Z","provisioningState":"Succeeded","scopeMapId":"{{{{{{Id}}}}}}/scopeMaps/m",
          "credentials":{"certificates":[],"passwords":[{"creationTime":"2026-01-02T03:04:05.0000000Z","name":"password1"},{"creationTime":"2026-01-02T03:04:05.0000000Z","expiry":"2027-01-02T03:04:05.0000000Z","name":"password2"}]},
          "status":"enabled"}}
        """;

    private const string Assignment = $$$$$$"""
        {"id":"{{{{{{Id}}}}}}/providers/Microsoft.Authorization/roleAssignments/7f951dda-4ed3-4680-a7ca-43fe172d538d","name":"7f951dda-4ed3-4680-a7ca-43fe172d538d","type":"Microsoft.Authorization/roleAssignments",
         "properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/b93aa761-3e63-49ed-ac28-beffa264f7ac","principalId":"p","principalType":"ServicePrincipal","scope":"{{{{{{Id}}}}}}",
          "condition":"Exists @Request[Microsoft.ContainerRegistry/registries/repositories:name]","conditionVersion":"2.0","createdOn":"2026-01-02T03:04:05.0000000Z"}}
        """;

    private const string Definition = """
        {"id":"/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d","name":"7f951dda-4ed3-4680-a7ca-43fe172d538d","type":"Microsoft.Authorization/roleDefinitions",
         "properties":{"roleName":"AcrPull","type":"BuiltInRole","description":"d","assignableScopes":["/"],
          "permissions":[{"actions":["Microsoft.ContainerRegistry/registries/pull/read"],"notActions":[],"dataActions":[],"notDataActions":[]}]}}
        """;

    [Fact]
    public void Resources_come_back_as_they_were()
    {
        Same(Registry, WireJson.Wire.RegistryResource);
        Same($$$$$$"""{"value":[{{{{{{Registry}}}}}}],"nextLink":"https://h/next"}""", WireJson.Wire.RegistryResourceList);
        Same(ScopeMap, WireJson.Wire.ScopeMapResource);
        Same($$$$$$"""{"value":[{{{{{{ScopeMap}}}}}}]}""", WireJson.Wire.ScopeMapList);
        Same(Token, WireJson.Wire.TokenResource);
        Same($$$$$$"""{"value":[{{{{{{Token}}}}}}],"nextLink":"https://h/next"}""", WireJson.Wire.TokenResourceList);
        Same(Assignment, WireJson.Wire.RoleAssignmentResource);
        Same($$$$$$"""{"value":[{{{{{{Assignment}}}}}}]}""", WireJson.Wire.RoleAssignmentList);
        Same(Definition, WireJson.Wire.RoleDefinitionResource);
        Same($$$$$$"""{"value":[{{{{{{Definition}}}}}}]}""", WireJson.Wire.RoleDefinitionList);
        Same("""{"username":"myregistry","passwords":[{"name":"password","value":"a"},{"name":"password2","value":"b"}]}""", WireJson.Wire.AdminCredentials);
        Same("""{"username":"t","passwords":[{"creationTime":"2026-01-02T03:04:05.0000000Z","expiry":"2027-01-02T03:04:05.0000000Z","name":"password1","value":"s"}]}""", WireJson.Wire.GeneratedCredentials);
        Same("""{"nameAvailable":false,"reason":"AlreadyExists","message":"m"}""", WireJson.Wire.NameAvailability);
    }

    /// <summary>Bodies as az 2.45 sends them: what is not given is not there.</summary>
    [Fact]
    public void Requests_of_az_are_read_and_hold_nothing_that_was_not_said()
    {
        Same("""{"properties":{"actions":["repositories/a/content/read"]}}""", WireJson.Wire.ScopeMapRequest);
        Same("""{"properties":{"description":"d"}}""", WireJson.Wire.ScopeMapRequest);
        Same("""{"properties":{"scopeMapId":"/m","status":"enabled"}}""", WireJson.Wire.TokenRequest);
        Same("""{"properties":{"status":"disabled"}}""", WireJson.Wire.TokenRequest);
        Same("""{"tokenId":"/t"}""", WireJson.Wire.GenerateCredentialsRequest);
        Same("""{"tokenId":"/t","name":"password1","expiry":"2027-01-02T03:04:05.0000000Z"}""", WireJson.Wire.GenerateCredentialsRequest);
        Same("""{"name":"password2"}""", WireJson.Wire.RegenerateCredentialRequest);
        Same("""{"name":"myregistry","type":"Microsoft.ContainerRegistry/registries"}""", WireJson.Wire.NameRequest);
        Same("""{"properties":{"adminUserEnabled":true}}""", WireJson.Wire.RegistryRequest);
        Same("""{"tags":{"a":"b"}}""", WireJson.Wire.RegistryRequest);
        Same("""{"properties":{"policies":{"azureADAuthenticationAsArmPolicy":{"status":"disabled"},"retentionPolicy":{"days":7,"status":"disabled"}}}}""", WireJson.Wire.RegistryRequest);
        Same("""{"properties":{"roleDefinitionId":"/r","principalId":"p","principalType":"ServicePrincipal"}}""", WireJson.Wire.RoleAssignmentRequest);

        var removal = JsonSerializer.Deserialize("""{"properties":{"credentials":{"passwords":[{"name":"password2"}]}}}""", WireJson.Wire.TokenRequest)!.Properties;
        Assert.Null(removal.Status);
        Assert.Equal(new TokenPassword { Name = "password2" }, Assert.Single(removal.Credentials!.Passwords));
        Assert.Equal(new DateTimeOffset(2025, 12, 31, 12, 59, 59, TimeSpan.Zero), JsonSerializer.Deserialize("""{"tokenId":"/t","expiry":"2025-12-31T12:59:59.000Z"}""", WireJson.Wire.GenerateCredentialsRequest)!.Expiry);
    }

    [Fact]
    public void What_another_version_adds_is_passed_over_and_what_it_leaves_out_has_its_usual_value()
    {
        var map = JsonSerializer.Deserialize($$$$$$"""{"id":"{{{{{{Id}}}}}}","name":"m","x":{"y":1},"properties":{"creationDate":"2026-01-02T03:04:05+00:00","z":[]}}""", WireJson.Wire.ScopeMapResource)!;
        Assert.Equal(ScopeMapResource.ResourceType, map.Type);
        Assert.Equal(("Succeeded", ScopeMapTypes.User, 0), (map.Properties.ProvisioningState, map.Properties.Type, map.Properties.Actions.Count));
        var credentials = JsonSerializer.Deserialize("""{"username":"t"}""", WireJson.Wire.GeneratedCredentials);
        Assert.Empty(credentials!.Passwords);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"properties":null}""")]
    [InlineData("""{"properties":{"status":"enabled","status":"disabled"}}""")]
    [InlineData("""{"properties":{"status":1}}""")]
    public void A_token_that_cannot_be_meant_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, WireJson.Wire.TokenRequest));

    [Fact]
    public void Roles_are_found_by_name_by_id_and_by_path()
    {
        Assert.Equal(BuiltInRoles.All.Count, BuiltInRoles.All.Select(role => role.Id).Distinct().Count());
        foreach (var role in BuiltInRoles.All)
        {
            Assert.Same(role, BuiltInRoles.Find(role.Name.ToUpperInvariant()));
            Assert.Same(role, BuiltInRoles.Find(role.Id.ToString()));
            Assert.Same(role, BuiltInRoles.Find(ArmPaths.RoleDefinition(Id, role.Id)));
        }
        Assert.Null(BuiltInRoles.Find("Nobody"));
        Assert.Null(BuiltInRoles.Find(""));
        Assert.Null(BuiltInRoles.Find(Guid.Empty.ToString()));
    }

    [Fact]
    public void Paths_have_the_services_form()
    {
        var id = ArmPaths.Registry("myregistry", "s", "g");
        Assert.Equal(Id, id);
        Assert.Equal($"{Id}/scopeMaps/a%2Fb", ArmPaths.ScopeMap(id, "a/b"));
        Assert.Equal($"{Id}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000000", ArmPaths.RoleAssignment(id, Guid.Empty));
    }

    private static void Same<T>(string json, JsonTypeInfo<T> type)
    {
        var written = JsonSerializer.SerializeToNode(JsonSerializer.Deserialize(json, type)!, type);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), written), $"{json}\n{written}");
    }
}
