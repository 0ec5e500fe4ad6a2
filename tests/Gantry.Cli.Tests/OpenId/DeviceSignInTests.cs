using Gantry.Cli.OpenId;
using Gantry.Testing.Http;

namespace Gantry.Cli.Tests.OpenId;

/// <summary>Signing in with a code on another machine.</summary>
public sealed class DeviceSignInTests
{
    private const string Device = """{"device_code":"dc","user_code":"ABCD-EFGH","verification_uri":"https://issuer.example/device","expires_in":600,"interval":7}""";

    [Fact]
    public async Task The_issuer_is_asked_as_often_as_it_wants_until_somebody_has_signed_in()
    {
        await using var room = await ScriptedAsync(Device, PeerAnswer.Json("""{"error":"authorization_pending"}""", 400), PeerAnswer.Json("""{"error":"slow_down"}""", 400), Token);
        using var issuer = await IssuerClient.OpenAsync(room.Issuer, TimeProvider.System, caFile: null, default);
        var shown = "";
        var token = await new DeviceSignIn(issuer, room.Clock).RunAsync(text => shown = text, default);
        Assert.NotEmpty(token);
        Assert.Contains("https://issuer.example/device", shown, StringComparison.Ordinal);
        Assert.Contains("ABCD-EFGH", shown, StringComparison.Ordinal);
        Assert.Equal([7, 7, 12], room.Clock.Waits.Select(wait => wait.TotalSeconds));

        PeerAnswer Token(SignInRoom from) => PeerAnswer.Json($$"""{"id_token":"{{SignInRoom.Jwt(from.Claims(null))}}"}""");
    }

    [Fact]
    public async Task Nobody_who_comes_and_whoever_is_refused_ends_it()
    {
        await using var room = await ScriptedAsync(Device, PeerAnswer.Json("""{"error":"authorization_pending"}""", 400));
        using (var issuer = await IssuerClient.OpenAsync(room.Issuer, TimeProvider.System, caFile: null, default))
            Assert.Contains("ended", (await Assert.ThrowsAsync<CommandException>(() => new DeviceSignIn(issuer, room.Clock).RunAsync(_ => { }, default))).Message, StringComparison.Ordinal);
        await using var refusing = await ScriptedAsync(Device, PeerAnswer.Json("""{"error":"access_denied"}""", 400));
        using (var issuer = await IssuerClient.OpenAsync(refusing.Issuer, TimeProvider.System, caFile: null, default))
            Assert.Equal(ExitCode.Authentication, (await Assert.ThrowsAsync<CommandException>(() => new DeviceSignIn(issuer, refusing.Clock).RunAsync(_ => { }, default))).ExitCode);
    }

    [Fact]
    public async Task A_page_that_is_none_is_not_shown()
    {
        foreach (var page in new[] { "javascript:alert(1)", "http://issuer.example/device", "file:///etc/passwd", "" })
        {
            await using var room = await ScriptedAsync(Device.Replace("https://issuer.example/device", page, StringComparison.Ordinal));
            using var issuer = await IssuerClient.OpenAsync(room.Issuer, TimeProvider.System, caFile: null, default);
            var failure = await Assert.ThrowsAsync<CommandException>(() => new DeviceSignIn(issuer, room.Clock).RunAsync(_ => Assert.Fail("shown"), default));
            Assert.Equal(ExitCode.Integrity, failure.ExitCode);
        }
    }

    [Fact]
    public async Task The_command_stores_what_the_registry_gives_for_the_token()
    {
        await using var room = await ScriptedAsync(Device.Replace("\"interval\":7", "\"interval\":0.01", StringComparison.Ordinal), from => PeerAnswer.Json($$"""{"id_token":"{{SignInRoom.Jwt(from.Claims(null))}}"}"""));
        room.Peer.On("GET", "/gantry/v1/sign-in", PeerAnswer.Json($$"""{"issuers":[{"name":"test","issuer":"{{room.Address}}","clientId":"{{SignInRoom.ClientId}}","scopes":["profile"]}]}"""))
            .On("POST", "/oauth2/exchange", request => SignInRoom.Parse(request.Text)["access_token"] == SignInRoom.Jwt(room.Claims(null)) ? PeerAnswer.Json("""{"refresh_token":"registry-token"}""") : 401);
        using var line = new CommandLine { Name = "gantry" };
        // Nobody is there to say that the registry may name this issuer.
        Assert.Equal(ExitCode.Failed, (await line.RunAsync("acr", "login", "-n", room.Peer.Authority, "--use-device-code")).Exit);
        Assert.Empty(room.Peer.Asked("POST", "/device"));
        var result = await line.RunAsync("acr", "login", "-n", room.Peer.Authority, "--use-device-code", "--yes");
        Assert.Equal((ExitCode.Done, "Login Succeeded\n"), (result.Exit, result.Output));
        Assert.Contains("ABCD-EFGH", result.Error, StringComparison.Ordinal);
        var stored = line.Read("docker/config.json");
        Assert.Contains(Convert.ToBase64String("00000000-0000-0000-0000-000000000000:registry-token"u8), stored, StringComparison.Ordinal);
        // Nothing but the token goes to the registry, and nothing of the registry's to the issuer.
        Assert.All(room.Peer.Requests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task Without_credentials_and_a_terminal_no_issuer_is_even_asked_for()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/gantry/v1/sign-in", PeerAnswer.Json("""{"issuers":[{"name":"a","issuer":"https://a.example","clientId":"c"}]}"""));
        using var line = new CommandLine { Name = "gantry" };
        Assert.Equal(ExitCode.Authentication, (await line.RunAsync("acr", "login", "-n", peer.Authority)).Exit);
        Assert.Empty(peer.Asked("GET", "/gantry/v1/sign-in"));
    }

    [Fact]
    public async Task Without_an_issuer_it_says_so_and_with_several_it_asks_which()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/gantry/v1/sign-in", PeerAnswer.Json("""{"issuers":[]}"""), PeerAnswer.Json("""{"issuers":[{"name":"a","issuer":"https://a.example","clientId":"c"},{"name":"b","issuer":"https://b.example","clientId":"c"}]}"""));
        using var line = new CommandLine { Name = "gantry" };
        Assert.Equal(ExitCode.NotFound, (await line.RunAsync("acr", "login", "-n", peer.Authority, "--use-device-code")).Exit);
        var several = await line.RunAsync("acr", "login", "-n", peer.Authority, "--use-device-code");
        Assert.Equal(ExitCode.Usage, several.Exit);
        Assert.Contains("--issuer a|b", several.Error, StringComparison.Ordinal);
    }

    private static Task<SignInRoom> ScriptedAsync(string device, params PeerAnswer[] answers) => ScriptedAsync(device, answers, null);

    private static Task<SignInRoom> ScriptedAsync(string device, Func<SignInRoom, PeerAnswer> last) => ScriptedAsync(device, [], last);

    private static Task<SignInRoom> ScriptedAsync(string device, PeerAnswer first, PeerAnswer second, Func<SignInRoom, PeerAnswer> last) => ScriptedAsync(device, [first, second], last);

    private static async Task<SignInRoom> ScriptedAsync(string device, PeerAnswer[] answers, Func<SignInRoom, PeerAnswer>? last)
    {
        var room = await SignInRoom.OpenAsync();
        room.Peer.On("POST", "/device", PeerAnswer.Json(device));
        room.ReplaceToken(answers, last);
        return room;
    }
}
