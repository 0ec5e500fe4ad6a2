using System.Text.Json.Nodes;
using Gantry.Protocol.Arm;
using Gantry.Testing.Http;

namespace Gantry.Cli.Tests.Acr;

/// <summary>The commands about a registry itself: <c>acr show</c>, <c>list</c>, <c>update</c>, <c>credential</c>, <c>config</c>, <c>network-rule</c>, <c>check-name</c>.</summary>
public sealed class RegistryResourceTests : IAsyncLifetime
{
    private readonly CommandLine _line = new() { Name = "az" };
    private ScriptedPeer _peer = null!;

    public async ValueTask InitializeAsync() => _peer = await ManagementPeer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        _line.Dispose();
    }

    private Task<string> DoneAsync(params string[] words) => _line.DoneAsync(["acr", .. words, "-n", _peer.Authority]);

    private string Patched() => Assert.Single(_peer.Asked("PATCH", ManagementPeer.Path)).Text;

    /// <summary>What az 2.45's own library makes of the same answer, with two members that later versions show beside it.</summary>
    [Fact]
    public async Task A_registry_is_shown_as_az_shows_it()
    {
        _peer.On("GET", ManagementPeer.Path, ManagementPeer.Registry(admin: true, """{"action":"Allow","value":"10.0.0.0/8"}"""));
        Assert.Equal($$"""
            {
              "adminUserEnabled": true,
              "anonymousPullEnabled": false,
              "creationDate": "2026-01-02T03:04:05.123456+00:00",
              "dataEndpointEnabled": false,
              "dataEndpointHostNames": [],
              "encryption": {
                "keyVaultProperties": null,
                "status": "disabled"
              },
              "id": "{{ManagementPeer.Id}}",
              "identity": null,
              "location": "local",
              "loginServer": "myregistry.azurecr.io",
              "metadataSearch": "Disabled",
              "name": "myregistry",
              "networkRuleBypassOptions": "AzureServices",
              "networkRuleSet": {
                "defaultAction": "Deny",
                "ipRules": [
                  {
                    "action": "Allow",
                    "ipAddressOrRange": "10.0.0.0/8"
                  }
                ]
              },
              "policies": {
                "azureAdAuthenticationAsArmPolicy": {
                  "status": "enabled"
                },
                "exportPolicy": {
                  "status": "enabled"
                },
                "quarantinePolicy": {
                  "status": "disabled"
                },
                "retentionPolicy": {
                  "days": 7,
                  "lastUpdatedTime": "2026-01-02T03:04:05+00:00",
                  "status": "disabled"
                },
                "softDeletePolicy": {
                  "lastUpdatedTime": "2026-01-02T03:04:05+00:00",
                  "retentionDays": 7,
                  "status": "disabled"
                },
                "trustPolicy": {
                  "status": "disabled",
                  "type": "Notary"
                }
              },
              "privateEndpointConnections": [],
              "provisioningState": "Succeeded",
              "publicNetworkAccess": "Enabled",
              "resourceGroup": "g",
              "roleAssignmentMode": "LegacyRegistryPermissions",
              "sku": {
                "name": "Premium",
                "tier": "Premium"
              },
              "status": null,
              "systemData": null,
              "tags": {
                "team": "a"
              },
              "type": "Microsoft.ContainerRegistry/registries",
              "zoneRedundancy": "Disabled"
            }

            """, await DoneAsync("show"));
    }

    [Fact]
    public async Task Registries_are_listed_from_the_server()
    {
        _peer.On("GET", ArmPaths.Registries(), PeerAnswer.Json("{\"value\":[" + ManagementPeer.RegistryText() + "]}"));
        Assert.Equal("""
            NAME        RESOURCE GROUP    LOCATION    SKU      LOGIN SERVER           CREATION DATE         ADMIN ENABLED
            ----------  ----------------  ----------  -------  ---------------------  --------------------  ---------------
            myregistry  g                 local       Premium  myregistry.azurecr.io  2026-01-02T03:04:05Z  False

            """, await _line.DoneAsync("acr", "list", "--server", $"http://{_peer.Authority}", "-o", "table"));
    }

    [Theory]
    [InlineData("--admin-enabled true", """{"properties":{"adminUserEnabled":true}}""")]
    [InlineData("--admin-enabled", """{"properties":{"adminUserEnabled":true}}""")]
    [InlineData("--admin-enabled false --anonymous-pull-enabled true", """{"properties":{"adminUserEnabled":false,"anonymousPullEnabled":true}}""")]
    [InlineData("--role-assignment-mode rbac-abac", """{"properties":{"roleAssignmentMode":"AbacRepositoryPermissions"}}""")]
    [InlineData("--role-assignment-mode rbac", """{"properties":{"roleAssignmentMode":"LegacyRegistryPermissions"}}""")]
    [InlineData("--public-network-enabled false", """{"properties":{"publicNetworkAccess":"Disabled"}}""")]
    [InlineData("--tags team=b x empty= a=b=c --sku basic", """{"tags":{"team":"b","x":"","empty":"","a":"b=c"},"sku":{"name":"Basic"}}""")]
    [InlineData("", "{}")]
    public async Task An_update_says_what_is_given_and_nothing_else(string flags, string body)
    {
        _peer.On("PATCH", ManagementPeer.Path, ManagementPeer.Registry());
        await DoneAsync(["update", .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(body, Patched());
    }

    [Fact]
    public async Task Tags_are_taken_away_by_an_empty_word()
    {
        _peer.On("PATCH", ManagementPeer.Path, ManagementPeer.Registry());
        await DoneAsync("update", "--tags", "");
        Assert.Equal("""{"tags":{}}""", Patched());
    }

    [Fact]
    public async Task A_default_action_keeps_the_rules_for_addresses()
    {
        _peer.On("GET", ManagementPeer.Path, ManagementPeer.Registry(rules: """{"action":"Allow","value":"10.0.0.1"}""")).On("PATCH", ManagementPeer.Path, ManagementPeer.Registry());
        await DoneAsync("update", "--default-action", "allow");
        Assert.Equal("""{"properties":{"networkRuleSet":{"defaultAction":"Allow","ipRules":[{"action":"Allow","value":"10.0.0.1"}]}}}""", Patched());
    }

    [Fact]
    public async Task Network_rules_are_listed_added_once_and_removed()
    {
        _peer.On("GET", ManagementPeer.Path, ManagementPeer.Registry(rules: """{"action":"Allow","value":"10.0.0.1"}""")).On("PATCH", ManagementPeer.Path, ManagementPeer.Registry());
        var list = JsonNode.Parse(await DoneAsync("network-rule", "list"))!;
        Assert.Equal("""{"ipRules":[{"action":"Allow","ipAddressOrRange":"10.0.0.1"}],"virtualNetworkRules":[]}""", list.ToJsonString());
        await DoneAsync("network-rule", "add", "--ip-address", "10.1.0.0/16");
        await DoneAsync("network-rule", "add", "--ip-address", "10.0.0.1");
        await DoneAsync("network-rule", "remove", "--ip-address", "10.0.0.1");
        Assert.Equal(
            [
                """{"properties":{"networkRuleSet":{"defaultAction":"Deny","ipRules":[{"action":"Allow","value":"10.0.0.1"},{"action":"Allow","value":"10.1.0.0/16"}]}}}""",
                """{"properties":{"networkRuleSet":{"defaultAction":"Deny","ipRules":[{"action":"Allow","value":"10.0.0.1"}]}}}""",
                """{"properties":{"networkRuleSet":{"defaultAction":"Deny","ipRules":[]}}}""",
            ],
            _peer.Asked("PATCH", ManagementPeer.Path).Select(request => request.Text));
    }

    [Fact]
    public async Task The_admin_user_is_shown_and_renewed()
    {
        const string credentials = """{"username":"myregistry","passwords":[{"name":"password","value":"one"},{"name":"password2","value":"two"}]}""";
        _peer.On("GET", ManagementPeer.Path, ManagementPeer.Registry(admin: true))
            .On("POST", $"{ManagementPeer.Path}/listCredentials", PeerAnswer.Json(credentials)).On("POST", $"{ManagementPeer.Path}/regenerateCredential", PeerAnswer.Json(credentials));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(credentials), JsonNode.Parse(await DoneAsync("credential", "show"))));
        Assert.Equal("""
            USERNAME    PASSWORD    PASSWORD2
            ----------  ----------  -----------
            myregistry  one         two

            """, await DoneAsync("credential", "renew", "--password-name", "password2", "-o", "table"));
        Assert.Equal("""{"name":"password2"}""", Assert.Single(_peer.Asked("POST", $"{ManagementPeer.Path}/regenerateCredential")).Text);
    }

    [Fact]
    public async Task An_admin_user_that_is_off_is_not_asked_for()
    {
        _peer.On("GET", ManagementPeer.Path, ManagementPeer.Registry());
        var result = await _line.RunAsync("acr", "credential", "show", "-n", _peer.Authority);
        Assert.Equal((ExitCode.Failed, $"ERROR: The registry has no admin user.\nTo have one: acr update -n {_peer.Authority} --admin-enabled true\n"), (result.Exit, result.Error));
        Assert.Empty(_peer.Unscripted);
    }

    [Fact]
    public async Task A_policy_is_changed_without_a_word_about_the_others()
    {
        _peer.On("GET", ManagementPeer.Path, ManagementPeer.Registry()).On("PATCH", ManagementPeer.Path, ManagementPeer.Registry());
        Assert.Equal("{\n  \"status\": \"enabled\"\n}\n", await _line.DoneAsync("acr", "config", "authentication-as-arm", "show", "-r", _peer.Authority));
        await _line.DoneAsync("acr", "config", "authentication-as-arm", "update", "-r", _peer.Authority, "--status", "disabled");
        Assert.Equal("""{"properties":{"policies":{"azureADAuthenticationAsArmPolicy":{"status":"disabled"}}}}""", Patched());
    }

    [Fact]
    public async Task A_name_is_asked_for_at_the_server()
    {
        _peer.On("POST", ArmPaths.CheckName(), PeerAnswer.Json("""{"nameAvailable":true}"""));
        Assert.Equal("{\n  \"message\": null,\n  \"nameAvailable\": true,\n  \"reason\": null\n}\n", await _line.DoneAsync("acr", "check-name", "-n", "myregistry", "--server", $"http://{_peer.Authority}"));
        Assert.Equal("""{"name":"myregistry","type":"Microsoft.ContainerRegistry/registries"}""", Assert.Single(_peer.Requests).Text);
    }
}
