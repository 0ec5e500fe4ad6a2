using System.Text.Json.Nodes;
using Gantry.Testing.Http;

namespace Gantry.Cli.Tests.Acr;

/// <summary><c>acr token</c> and <c>acr scope-map</c>: what is sent, and what is shown. The JSON is what az 2.45's own library makes of the same answers.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private const string Made = """{"username":"t","passwords":[{"creationTime":"2026-01-02T03:04:05.0000000Z","name":"password1","value":"first"},{"creationTime":"2026-01-02T03:04:05.0000000Z","expiry":"2026-01-31T00:00:00.0000000Z","name":"password2","value":"two"}]}""";

    private static readonly string Maps = $"{ManagementPeer.Path}/scopeMaps";
    private static readonly string Tokens = $"{ManagementPeer.Path}/tokens";

    private readonly CommandLine _line = new() { Name = "gantry" };
    private ScriptedPeer _peer = null!;

    public async ValueTask InitializeAsync() => _peer = await ManagementPeer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        _line.Dispose();
    }

    private Task<CommandResult> RunAsync(params string[] words) => _line.RunAsync(["acr", .. words, "-r", _peer.Authority]);

    private Task<string> DoneAsync(params string[] words) => _line.DoneAsync(["acr", .. words, "-r", _peer.Authority]);

    private string Sent(string method, string path) => Assert.Single(_peer.Asked(method, path)).Text;

    [Fact]
    public async Task A_token_with_repositories_gets_a_scope_map_of_its_own_and_two_passwords()
    {
        _peer.On("GET", $"{Maps}/puller-scope-map", PeerAnswer.Json("""{"error":{"code":"ResourceNotFound","message":"m"}}""", 404))
            .On("PUT", $"{Maps}/puller-scope-map", PeerAnswer.Json(ManagementPeer.ScopeMapText("puller-scope-map"), 201))
            .On("PUT", $"{Tokens}/puller", PeerAnswer.Json(ManagementPeer.TokenText("puller"), 201))
            .On("POST", $"{ManagementPeer.Path}/generateCredentials", PeerAnswer.Json(Made));
        var result = await RunAsync("token", "create", "-n", "puller", "--repository", "Samples/A", "content/read", "METADATA/read", "--repository", "b/*", "content/write", "--gateway", "edge", "config/read");
        Assert.Equal(ExitCode.Done, result.Exit);

        Assert.Equal(
            """{"properties":{"description":"Made for the token puller","actions":["repositories/samples/a/content/read","repositories/samples/a/metadata/read","repositories/b/*/content/write","gateway/edge/config/read"]}}""",
            Sent("PUT", $"{Maps}/puller-scope-map"));
        Assert.Equal("{\"properties\":{\"scopeMapId\":\"" + ManagementPeer.Id + "/scopeMaps/puller-scope-map\",\"status\":\"enabled\"}}", Sent("PUT", $"{Tokens}/puller"));
        Assert.Equal("{\"tokenId\":\"" + Tokens + "/puller\"}", Sent("POST", $"{ManagementPeer.Path}/generateCredentials"));

        var credentials = JsonNode.Parse(result.Output)!["credentials"]!;
        Assert.Equal("t", credentials["username"]!.GetValue<string>());
        Assert.Equal(["first", "two"], credentials["passwords"]!.AsArray().Select(password => password!["value"]!.GetValue<string>()));
        Assert.Contains($"docker login {_peer.Authority} -u t --password-stdin", result.Error);
        Assert.DoesNotContain("first", result.Error);
    }

    [Fact]
    public async Task A_token_takes_the_scope_map_that_is_there_if_it_has_the_same_actions_and_no_other()
    {
        _peer.On("GET", $"{Maps}/puller-scope-map", PeerAnswer.Json(ManagementPeer.ScopeMapText("puller-scope-map", "repositories/a/metadata/read", "repositories/a/content/read")))
            .On("PUT", $"{Tokens}/puller", PeerAnswer.Json(ManagementPeer.TokenText("puller")));
        await DoneAsync("token", "create", "-n", "puller", "--repository", "a", "content/read", "metadata/read", "--no-passwords");
        Assert.Empty(_peer.Asked("PUT", $"{Maps}/puller-scope-map"));

        var refused = await RunAsync("token", "create", "-n", "puller", "--repository", "a", "content/read");
        Assert.Equal(ExitCode.Conflict, refused.Exit);
        Assert.StartsWith("ERROR: The scope map 'puller-scope-map' is there already, with other actions.\nChange it with \"acr scope-map update -r", refused.Error);
        Assert.Single(_peer.Asked("PUT", $"{Tokens}/puller"));
        Assert.Empty(_peer.Unscripted);
    }

    [Fact]
    public async Task A_token_takes_a_scope_map_by_name_a_status_and_an_expiry()
    {
        _peer.On("PUT", $"{Tokens}/puller", PeerAnswer.Json(ManagementPeer.TokenText("puller"))).On("POST", $"{ManagementPeer.Path}/generateCredentials", PeerAnswer.Json(Made));
        await DoneAsync("token", "create", "-n", "puller", "--scope-map", "readers", "--status", "Disabled", "--expiration-in-days", "30");
        Assert.Equal("{\"properties\":{\"scopeMapId\":\"" + Maps + "/readers\",\"status\":\"disabled\"}}", Sent("PUT", $"{Tokens}/puller"));
        Assert.Contains("\"expiry\":\"2026-01-31T00:00:00.0000000Z\"", Sent("POST", $"{ManagementPeer.Path}/generateCredentials"));
    }

    [Fact]
    public async Task Tokens_are_shown_as_az_shows_them()
    {
        _peer.On("GET", $"{Tokens}/t", PeerAnswer.Json(ManagementPeer.TokenText("t", ManagementPeer.TwoPasswords)))
            .On("GET", Tokens, PeerAnswer.Json("{\"value\":[" + ManagementPeer.TokenText("t", ManagementPeer.TwoPasswords) + "," + ManagementPeer.TokenText("u") + "]}"));
        Assert.Equal($$"""
            {
              "creationDate": "2026-01-02T03:04:05+00:00",
              "credentials": {
                "certificates": [],
                "passwords": [
                  {
                    "creationTime": "2026-01-02T03:04:05.123456+00:00",
                    "expiry": null,
                    "name": "password1",
                    "value": null
                  },
                  {
                    "creationTime": "2026-01-02T03:04:05+00:00",
                    "expiry": "2027-01-02T03:04:05+00:00",
                    "name": "password2",
                    "value": null
                  }
                ]
              },
              "id": "{{ManagementPeer.Id}}/tokens/t",
              "name": "t",
              "provisioningState": "Succeeded",
              "resourceGroup": "g",
              "scopeMapId": "{{ManagementPeer.Id}}/scopeMaps/m",
              "status": "enabled",
              "systemData": null,
              "type": "Microsoft.ContainerRegistry/registries/tokens"
            }

            """, await DoneAsync("token", "show", "-n", "t"));
        Assert.Equal("""
            NAME    SCOPE MAP    PASSWORD1 EXPIRY    PASSWORD2 EXPIRY      STATUS    PROVISIONING STATE    CREATION DATE
            ------  -----------  ------------------  --------------------  --------  --------------------  --------------------
            t       m            Never               2027-01-02T03:04:05Z  Enabled   Succeeded             2026-01-02T03:04:05Z
            u       m                                                      Enabled   Succeeded             2026-01-02T03:04:05Z

            """, await DoneAsync("token", "list", "-o", "table"));
    }

    [Fact]
    public async Task A_token_is_changed_in_what_is_given_alone()
    {
        _peer.On("PATCH", $"{Tokens}/t", PeerAnswer.Json(ManagementPeer.TokenText("t")));
        await DoneAsync("token", "update", "-n", "t", "--status", "disabled");
        await DoneAsync("token", "update", "-n", "t", "--scope-map", "m");
        Assert.Equal(
            ["""{"properties":{"status":"disabled"}}""", "{\"properties\":{\"scopeMapId\":\"" + Maps + "/m\"}}"],
            _peer.Asked("PATCH", $"{Tokens}/t").Select(request => request.Text));
    }

    [Fact]
    public async Task Passwords_are_made_one_at_a_time_or_both()
    {
        _peer.On("POST", $"{ManagementPeer.Path}/generateCredentials", PeerAnswer.Json(Made));
        await DoneAsync("token", "credential", "generate", "-n", "t", "--password2", "--expiration", "2027-12-31T12:59:59Z");
        await DoneAsync("token", "credential", "generate", "-n", "t", "--password1", "--password2");
        Assert.Equal("""
            USERNAME    PASSWORD1    PASSWORD1 EXPIRY    PASSWORD2    PASSWORD2 EXPIRY
            ----------  -----------  ------------------  -----------  --------------------
            t           first        Never               two          2026-01-31T00:00:00Z

            """, await DoneAsync("token", "credential", "generate", "-n", "t", "-o", "table"));
        Assert.Equal(
            [
                "{\"tokenId\":\"" + Tokens + "/t\",\"name\":\"password2\",\"expiry\":\"2027-12-31T12:59:59.0000000Z\"}",
                "{\"tokenId\":\"" + Tokens + "/t\"}", "{\"tokenId\":\"" + Tokens + "/t\"}",
            ],
            _peer.Asked("POST", $"{ManagementPeer.Path}/generateCredentials").Select(request => request.Text));
    }

    [Fact]
    public async Task A_password_is_deleted_by_naming_those_that_stay()
    {
        _peer.On("GET", $"{Tokens}/t", PeerAnswer.Json(ManagementPeer.TokenText("t", ManagementPeer.TwoPasswords)))
            .On("GET", $"{Tokens}/u", PeerAnswer.Json(ManagementPeer.TokenText("u")))
            .On("PATCH", $"{Tokens}/t", PeerAnswer.Json(ManagementPeer.TokenText("t")));
        await DoneAsync("token", "credential", "delete", "-n", "t", "--password1");
        Assert.Equal("""{"properties":{"credentials":{"certificates":[],"passwords":[{"name":"password2"}]}}}""", Sent("PATCH", $"{Tokens}/t"));
        var absent = await RunAsync("token", "credential", "delete", "-n", "u", "--password1");
        Assert.Equal((ExitCode.NotFound, "ERROR: The token 'u' has no password1.\n"), (absent.Exit, absent.Error));
    }

    [Fact]
    public async Task Scope_maps_are_shown_as_az_shows_them()
    {
        _peer.On("GET", $"{Maps}/m", PeerAnswer.Json(ManagementPeer.ScopeMapText("m", "repositories/a/content/read")))
            .On("GET", Maps, PeerAnswer.Json("{\"value\":[" + ManagementPeer.ScopeMapText("m").Replace("\"d\"", $"\"{new string('x', 60)}\"", StringComparison.Ordinal) + "]}"));
        Assert.Equal($$"""
            {
              "actions": [
                "repositories/a/content/read"
              ],
              "creationDate": "2026-01-02T03:04:05+00:00",
              "description": "d",
              "id": "{{ManagementPeer.Id}}/scopeMaps/m",
              "name": "m",
              "provisioningState": "Succeeded",
              "resourceGroup": "g",
              "systemData": {
                "createdAt": "2026-01-02T03:04:05+00:00",
                "createdBy": "a",
                "createdByType": "User",
                "lastModifiedAt": null,
                "lastModifiedBy": null,
                "lastModifiedByType": null
              },
              "type": "Microsoft.ContainerRegistry/registries/scopeMaps",
              "typePropertiesType": "UserDefined"
            }

            """, await DoneAsync("scope-map", "show", "-n", "m"));
        Assert.Contains($"m       UserDefined  2026-01-02T03:04:05Z  {new string('x', 57)}...\n", await DoneAsync("scope-map", "list", "-o", "table"));
    }

    [Fact]
    public async Task A_scope_map_is_made_and_changed_by_what_is_added_and_taken_away()
    {
        _peer.On("PUT", $"{Maps}/m", PeerAnswer.Json(ManagementPeer.ScopeMapText("m")))
            .On("GET", $"{Maps}/m", PeerAnswer.Json(ManagementPeer.ScopeMapText("m", "repositories/a/content/read", "repositories/b/content/read")))
            .On("PATCH", $"{Maps}/m", PeerAnswer.Json(ManagementPeer.ScopeMapText("m")));
        await DoneAsync("scope-map", "create", "-n", "m", "--repository", "a", "content/read", "--description", "two words");
        Assert.Equal("""{"properties":{"description":"two words","actions":["repositories/a/content/read"]}}""", Sent("PUT", $"{Maps}/m"));
        await DoneAsync("scope-map", "update", "-n", "m", "--add-repository", "a", "content/write", "content/read", "--remove", "b", "content/read");
        await DoneAsync("scope-map", "update", "-n", "m", "--description", "new");
        Assert.Equal(
            ["""{"properties":{"actions":["repositories/a/content/read","repositories/a/content/write"]}}""", """{"properties":{"description":"new"}}"""],
            _peer.Asked("PATCH", $"{Maps}/m").Select(request => request.Text));
    }

    [Theory]
    [InlineData("token")]
    [InlineData("scope-map")]
    public async Task Deleting_asks_first(string noun)
    {
        var path = $"{(noun == "token" ? Tokens : Maps)}/x";
        _peer.On("DELETE", path, 204);
        var unasked = await RunAsync(noun, "delete", "-n", "x");
        Assert.Equal((ExitCode.Failed, "ERROR: Unable to prompt for confirmation as no tty available. Use --yes.\n"), (unasked.Exit, unasked.Error));
        Assert.Empty(_peer.Asked("DELETE", path));
        Assert.Equal("", await DoneAsync(noun, "delete", "-n", "x", "--yes"));
        Assert.Single(_peer.Asked("DELETE", path));
    }

    [Theory]
    [InlineData("token create", "the following arguments are required: --name/-n")]
    [InlineData("token create -n t", "usage error: --scope-map NAME | --repository REPO ACTION...")]
    [InlineData("token create -n t --scope-map m --repository a content/read", "usage error: --scope-map NAME | --repository REPO ACTION...")]
    [InlineData("token create -n t --repository", "argument --repository: expected at least one argument")]
    [InlineData("token create -n t --repository a", "argument --repository: \"a\" needs at least one action\nActions: content/delete,")]
    [InlineData("token create -n t --repository a content/pull", "argument --repository: \"content/pull\" is no action")]
    [InlineData("token create -n t --gateway a content/read", "argument --gateway: \"content/read\" is no action")]
    [InlineData("token create -n t --scope-map m --no-passwords --expiration-in-days 3", "usage error: --no-passwords leaves nothing that could expire")]
    [InlineData("token create -n t --scope-map m --expiration tomorrow", "argument --expiration: \"tomorrow\" is not a time such as")]
    [InlineData("token create -n t --scope-map m --expiration-in-days 0", "argument --expiration-in-days: invalid int value: '0'")]
    [InlineData("token create -n t --scope-map m --expiration 2027-01-01T00:00:00Z --days 3", "usage error: --expiration TIME | --expiration-in-days N")]
    [InlineData("token create -n t --scope-map m --status off", "'off' is not a valid value for '--status'. Allowed values: enabled, disabled.")]
    [InlineData("token update -n t", "Nothing to update")]
    [InlineData("token credential delete -n t", "Nothing to delete")]
    [InlineData("token credential generate", "the following arguments are required: --name/-n")]
    [InlineData("scope-map update -n m", "Nothing to update")]
    [InlineData("scope-map update -n m --add-repository a content/read --remove-repository a content/read", "These actions are both to be added and to be removed: repositories/a/content/read")]
    public async Task A_wrong_command_line_is_told_before_anything_is_sent(string line, string message)
    {
        var result = await RunAsync(line.Split(' '));
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.StartsWith($"ERROR: {message}", result.Error);
        Assert.Empty(_peer.Requests);
    }
}
