using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gantry.Cli.OpenId;
using Gantry.Protocol.Token;
using Gantry.Testing.Http;

namespace Gantry.Cli.Tests.OpenId;

/// <summary>Signing in with a browser, and what others would make of it.</summary>
public sealed class BrowserSignInTests
{
    [Fact]
    public async Task Somebody_who_signs_in_brings_back_a_token()
    {
        await using var room = await SignInRoom.OpenAsync();
        var token = await room.BrowseAsync(asked => [$"/callback?code={SignInRoom.Code}&state={asked["state"]}&iss={Uri.EscapeDataString(room.Address)}"], response =>
        {
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
            Assert.Null(response.Headers.Location);
        });
        Assert.Equal(3, token.Split('.').Length);
        Assert.Equal("code", room.Asked["response_type"]);
        Assert.Equal("S256", room.Asked["code_challenge_method"]);
        Assert.Equal("openid profile", room.Asked["scope"]);
        Assert.Equal("a", room.Asked["tenant"]);
        // Made for this registry: another one that is shown the token can tell.
        Assert.Equal(SignInNonce.Of(SignInRoom.LoginServer, room.NonceSeed), room.Asked["nonce"]);
        Assert.NotEqual(SignInNonce.Of("other.example", room.NonceSeed), room.Asked["nonce"]);
        Assert.StartsWith("http://127.0.0.1:", room.Asked["redirect_uri"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_with_another_state_is_turned_away_and_the_wait_goes_on()
    {
        await using var room = await SignInRoom.OpenAsync();
        var statuses = new List<int>();
        var token = await room.BrowseAsync(
            asked =>
            [
                "/callback?code=evil&state=evil", "/callback?code=evil", $"/callback?code=evil&state={asked["state"]}&state=x", $"/other?code=evil&state={asked["state"]}", "/callback", "/favicon.ico",
                $"/callback?code={SignInRoom.Code}&state={asked["state"]}",
            ],
            response => statuses.Add((int)response.StatusCode));
        Assert.NotEmpty(token);
        Assert.Equal([400, 400, 400, 400, 400, 400, 200], statuses);
        Assert.Single(room.Peer.Asked("POST", "/token"));
    }

    [Fact]
    public async Task A_connection_that_says_nothing_keeps_nobody_waiting()
    {
        await using var room = await SignInRoom.OpenAsync();
        using var silent = new TcpClient();
        var token = await room.BrowseAsync(asked =>
        {
            var back = new Uri(asked["redirect_uri"]);
            silent.Connect(back.Host, back.Port);
            return [$"/callback?code={SignInRoom.Code}&state={asked["state"]}"];
        });
        Assert.NotEmpty(token);
        // The listener gave up on it when the sign-in was over, and not before.
        Assert.Equal(0, await ReadAsync(silent));

        static async Task<int> ReadAsync(TcpClient client)
        {
            try
            {
                return await client.GetStream().ReadAsync(new byte[1]);
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }

    [Fact]
    public async Task A_mixed_up_issuer_is_noticed_before_its_code_is_shown_to_anybody()
    {
        await using var room = await SignInRoom.OpenAsync();
        var failure = await Assert.ThrowsAsync<CommandException>(() => room.BrowseAsync(asked => [$"/callback?code={SignInRoom.Code}&state={asked["state"]}&iss=https%3A%2F%2Fevil.example"]));
        Assert.Equal(ExitCode.Integrity, failure.ExitCode);
        Assert.Empty(room.Peer.Asked("POST", "/token"));

        await using var naming = await SignInRoom.OpenAsync(",\"authorization_response_iss_parameter_supported\":true");
        failure = await Assert.ThrowsAsync<CommandException>(() => naming.BrowseAsync(asked => [$"/callback?code={SignInRoom.Code}&state={asked["state"]}"]));
        Assert.Equal(ExitCode.Integrity, failure.ExitCode);
        Assert.Empty(naming.Peer.Asked("POST", "/token"));
    }

    [Fact]
    public async Task The_way_back_redirects_nowhere_and_repeats_nothing()
    {
        await using var room = await SignInRoom.OpenAsync();
        await room.BrowseAsync(
            asked => ["/callback?redirect_uri=https://evil.example&state=x", "/%2fevil.example/callback?state=x", "/callback/..%2f?next=https://evil.example", "/callback?state=<script>", $"/callback?code={SignInRoom.Code}&state={asked["state"]}&redirect=//evil.example"],
            response =>
            {
                Assert.Null(response.Headers.Location);
                Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
                Assert.DoesNotContain("evil", response.Content.ReadAsStringAsync().GetAwaiter().GetResult(), StringComparison.Ordinal);
            });
    }

    [Fact]
    public async Task A_token_of_another_sign_in_is_refused()
    {
        foreach (var (claim, value) in ((string, JsonNode?)[])[("nonce", "other"), ("nonce", null), ("aud", "other"), ("iss", "https://evil.example"), ("aud", new JsonArray("other"))])
        {
            await using var room = await SignInRoom.OpenAsync();
            var right = room.Claims;
            room.Claims = nonce =>
            {
                var claims = right(nonce);
                claims[claim] = value?.DeepClone();
                return claims;
            };
            var failure = await Assert.ThrowsAsync<CommandException>(() => room.BrowseAsync(asked => [$"/callback?code={SignInRoom.Code}&state={asked["state"]}"]));
            Assert.Equal(ExitCode.Integrity, failure.ExitCode);
        }
    }

    [Fact]
    public async Task A_refusal_says_why_and_a_wrong_code_is_one()
    {
        await using var room = await SignInRoom.OpenAsync();
        var failure = await Assert.ThrowsAsync<CommandException>(() => room.BrowseAsync(asked => [$"/callback?error=access_denied&error_description=not+today&state={asked["state"]}"]));
        Assert.Equal(ExitCode.Authentication, failure.ExitCode);
        Assert.Contains("not today", failure.Message, StringComparison.Ordinal);
        failure = await Assert.ThrowsAsync<CommandException>(() => room.BrowseAsync(asked => [$"/callback?code=wrong&state={asked["state"]}"]));
        Assert.Contains("invalid_grant", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_leads_off_https_is_not_asked()
    {
        foreach (var address in new[] { "http://issuer.example", "file:///etc/passwd", "https://user:secret@issuer.example", "x" })
        {
            var failure = await Assert.ThrowsAsync<CommandException>(() => IssuerClient.OpenAsync(new() { Name = "x", Issuer = address, ClientId = "c" }, TimeProvider.System, caFile: null, default));
            Assert.Equal(ExitCode.Integrity, failure.ExitCode);
        }
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/.well-known/openid-configuration", new PeerAnswer(302).With("Location", "/elsewhere"));
        await Assert.ThrowsAsync<CommandException>(() => IssuerClient.OpenAsync(new() { Name = "x", Issuer = $"http://{peer.Authority}", ClientId = "c" }, TimeProvider.System, caFile: null, default));
        Assert.Empty(peer.Asked("GET", "/elsewhere"));
    }
}
