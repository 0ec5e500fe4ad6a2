using System.Text.Json.Nodes;
using Gantry.Client.Acr;
using Gantry.Client.Remote;
using Gantry.Client.Tests.Remote;
using Gantry.Protocol.Arm;
using Gantry.Protocol.Distribution;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Acr;

public sealed class RegistryManagementTests
{
    private static readonly string Id = ArmPaths.Registry("myregistry");

    private static PeerAnswer Token(string name) => PeerAnswer.Json(TokenText(name));

    private static string TokenText(string name) =>
        "{\"id\":\"" + Id + "/tokens/" + name + "\",\"name\":\"" + name + "\",\"properties\":{\"creationDate\":\"2026-01-02T03:04:05Z\",\"scopeMapId\":\"" + Id
        + "/scopeMaps/m\",\"credentials\":{\"passwords\":[]},\"status\":\"enabled\"}}";

    private static string MapText(string name) =>
        "{\"id\":\"" + Id + "/scopeMaps/" + name + "\",\"name\":\"" + name + "\",\"properties\":{\"creationDate\":\"2026-01-02T03:04:05Z\",\"actions\":[\"repositories/a/content/read\"]}}";

    [Fact]
    public async Task Tokens_are_made_changed_and_deleted_at_the_registrys_path()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var path = $"{Id}/tokens/ci";
        peer.On("PUT", path, Token("ci")).On("PATCH", path, Token("ci")).On("GET", path, Token("ci")).On("DELETE", path, 204)
            .On("POST", $"{Id}/generateCredentials", PeerAnswer.Json("""{"username":"ci","passwords":[{"name":"password1","value":"s"}]}"""));
        using var client = peer.Client();
        var tokens = new RegistryManagement(client, "myregistry").Tokens;

        Assert.Equal("ci", (await tokens.CreateAsync("ci", new TokenPropertiesRequest { ScopeMapId = "/m", Status = PolicyStates.Enabled })).Name);
        await tokens.UpdateAsync("ci", new TokenPropertiesRequest { Status = PolicyStates.Disabled });
        Assert.Equal($"{Id}/scopeMaps/m", (await tokens.GetAsync("ci")).Properties.ScopeMapId);
        Assert.Equal("s", (await tokens.GenerateCredentialsAsync("ci", "password1")).Passwords[0].Value);
        await tokens.DeleteAsync("ci");

        Assert.All(peer.Requests, request => Assert.Equal($"?{ArmPaths.ApiVersion}", request.Query));
        Assert.Equal(
            ["""{"properties":{"scopeMapId":"/m","status":"enabled"}}""", """{"properties":{"status":"disabled"}}""", "{\"tokenId\":\"" + path + "\",\"name\":\"password1\"}"],
            peer.Requests.Where(request => request.Text.Length > 0).Select(request => request.Text));
    }

    [Fact]
    public async Task A_scope_map_that_is_not_there_is_null_to_those_who_look_for_it_and_a_refusal_to_those_who_need_it()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", $"{Id}/scopeMaps/none", PeerAnswer.Json("""{"error":{"code":"ResourceNotFound","message":"no such scope map"}}""", 404))
            .On("PATCH", $"{Id}/scopeMaps/m", PeerAnswer.Json(MapText("m")));
        using var client = peer.Client();
        var maps = new RegistryManagement(client, "myregistry").ScopeMaps;
        Assert.Null(await maps.FindAsync("none"));
        Assert.Equal("no such scope map", (await Assert.ThrowsAsync<RegistryException>(async () => await maps.GetAsync("none"))).Errors[0].Message);
        await maps.UpdateAsync("m", null, "d");
        Assert.Equal("""{"properties":{"description":"d"}}""", peer.Asked("PATCH", $"{Id}/scopeMaps/m")[0].Text);
    }

    [Fact]
    public async Task Passwords_whose_answer_is_lost_are_not_asked_for_again()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", $"{Id}/generateCredentials", PeerAnswer.Cut, PeerAnswer.Json("""{"username":"ci"}""")).On("POST", $"{Id}/regenerateCredential", PeerAnswer.Cut, PeerAnswer.Json("""{"username":"r"}"""));
        using var client = peer.Client();
        var registry = new RegistryManagement(client, "myregistry");
        await Assert.ThrowsAsync<HttpRequestException>(async () => await registry.Tokens.GenerateCredentialsAsync("ci"));
        await Assert.ThrowsAsync<HttpRequestException>(async () => await registry.RegenerateCredentialAsync("password"));
        Assert.Equal(2, peer.Requests.Count);
    }

    [Fact]
    public async Task Lists_are_followed_to_their_end_and_never_to_another_server()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", $"{Id}/scopeMaps",
            PeerAnswer.Json("{\"value\":[" + MapText("a") + "],\"nextLink\":\"http://" + peer.Authority + Id + "/scopeMaps?$skipToken=a\"}"), PeerAnswer.Json("{\"value\":[" + MapText("b") + "]}"))
            .On("GET", $"{Id}/tokens", PeerAnswer.Json("{\"value\":[" + TokenText("a") + "],\"nextLink\":\"http://other.example/x\"}"))
            .On("GET", $"{Id}/providers/Microsoft.Authorization/roleAssignments", PeerAnswer.Json("{\"value\":[],\"nextLink\":\"" + Id + "/providers/Microsoft.Authorization/roleAssignments?x=1\"}"));
        using var client = peer.Client();
        var registry = new RegistryManagement(client, "myregistry");
        Assert.Equal(["a", "b"], await registry.ScopeMaps.ListAsync().Select(map => map.Name).ToListAsync());
        Assert.Equal("?$skipToken=a", peer.Requests[1].Query);
        await Assert.ThrowsAsync<ForeignOriginException>(async () => await registry.Tokens.ListAsync().ToListAsync());
        var circle = await Assert.ThrowsAsync<RegistryException>(async () => await registry.Roles.ListAssignmentsAsync().ToListAsync());
        Assert.Contains("circle", circle.Errors[0].Message);
    }

    [Fact]
    public async Task A_registry_is_changed_in_what_is_said_alone()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var answer = PeerAnswer.Json("{\"id\":\"" + Id + "\",\"name\":\"myregistry\",\"location\":\"local\",\"sku\":{\"name\":\"Premium\"},\"properties\":{\"loginServer\":\"l\",\"creationDate\":\"2026-01-02T03:04:05Z\",\"policies\":{}}}");
        peer.On("PATCH", Id, answer).On("GET", Id, answer).On("POST", $"{Id}/listCredentials", PeerAnswer.Json("""{"username":"myregistry","passwords":[{"name":"password","value":"a"}]}"""))
            .On("POST", ArmPaths.CheckName(), PeerAnswer.Json("""{"nameAvailable":false,"reason":"AlreadyExists","message":"m"}"""))
            .On("GET", ArmPaths.Registries(), PeerAnswer.Json("""{"value":[]}"""));
        using var client = peer.Client();
        var registry = new RegistryManagement(client, "myregistry");
        var changed = await registry.UpdateAsync(new RegistryRequest { Properties = new RegistryPropertiesRequest { AdminUserEnabled = true } });
        Assert.Equal((false, RoleAssignmentModes.Legacy, "Succeeded"), (changed.Properties.AdminUserEnabled, changed.Properties.RoleAssignmentMode, changed.Properties.ProvisioningState));
        Assert.Equal("""{"properties":{"adminUserEnabled":true}}""", peer.Requests[0].Text);
        Assert.Equal("l", (await registry.GetAsync()).Properties.LoginServer);
        Assert.Equal("a", (await registry.ListCredentialsAsync()).Passwords[0].Value);
        Assert.False((await registry.CheckNameAsync()).NameAvailable);
        Assert.Equal("myregistry", JsonNode.Parse(peer.Asked("POST", ArmPaths.CheckName())[0].Text)!["name"]!.GetValue<string>());
        Assert.Empty(await registry.ListRegistriesAsync().ToListAsync());
    }

    [Fact]
    public async Task A_role_is_assigned_under_the_callers_own_name_for_it()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var name = Guid.NewGuid();
        var path = ArmPaths.RoleAssignment(Id, name);
        peer.On("PUT", path, PeerAnswer.Json("{\"id\":\"" + path + "\",\"name\":\"" + name + "\",\"properties\":{\"roleDefinitionId\":\"r\",\"principalId\":\"p\",\"scope\":\"" + Id + "\",\"createdOn\":\"2026-01-02T03:04:05Z\"}}", 201))
            .On("DELETE", path, 200)
            .On("GET", ArmPaths.RoleDefinitions(Id), PeerAnswer.Json("""{"value":[{"id":"/r","name":"n","properties":{"roleName":"AcrPull"}}]}"""));
        using var client = peer.Client();
        var roles = new RegistryManagement(client, "myregistry").Roles;
        var assigned = await roles.AssignAsync(name, new RoleAssignmentPropertiesRequest { RoleDefinitionId = roles.IdOf(BuiltInRoles.AcrPull), PrincipalId = "p" });
        Assert.Equal("p", assigned.Properties.PrincipalId);
        Assert.Contains("/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d\"", peer.Requests[0].Text);
        Assert.Equal("AcrPull", (await roles.ListDefinitionsAsync().SingleAsync()).Properties.RoleName);
        await roles.DeleteAssignmentAsync(name);
        Assert.Empty(peer.Unscripted);
    }
}
