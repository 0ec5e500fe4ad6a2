using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Token;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

/// <summary>How requests are signed (oras.md 4.9's forms).</summary>
public sealed class TokenTests
{
    private const string Tags = "/v2/samples/artifact/tags/list";

    private static PeerAnswer NoTags => PeerAnswer.Json("""{"name":"samples/artifact","tags":null}""");

    private static PeerAnswer Challenge(ScriptedPeer peer, string rest = "") =>
        new PeerAnswer(401).With("WWW-Authenticate", $"Bearer realm=\"http://{peer.Authority}/token\",service=\"the service\"{rest}");

    /// <summary>Takes one token and challenges without it.</summary>
    private static ScriptedPeer Guard(ScriptedPeer peer, string path, Func<string?, bool> isGood, string rest = "") =>
        peer.On("GET", path, request => isGood(request.Authorization) ? NoTags : Challenge(peer, rest));

    [Fact]
    public async Task A_password_asks_by_get_with_basic_and_every_scope_by_itself()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        Guard(peer, Tags, token => token == "Bearer good", ",scope=\"repository:samples/artifact:pull repository:base:pull\"");
        peer.On("GET", "/token", PeerAnswer.Json("""{"token":"other","access_token":"good","expires_in":300}"""));
        using var client = peer.Client(Wire.Alice);

        await client.Artifact().ListTagsAsync().ToListAsync();

        var asked = Assert.Single(peer.Asked("GET", "/token"));
        Assert.Equal(Wire.Basic(Wire.Alice), asked.Authorization);
        Assert.Equal("?service=the%20service&scope=repository%3Abase%3Apull&scope=repository%3Asamples%2Fartifact%3Apull", asked.Query);
    }

    [Fact]
    public async Task Nobody_asks_by_get_without_authorization_and_token_alone_is_taken()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        Guard(peer, Tags, token => token == "Bearer anonymous");
        peer.On("GET", "/token", PeerAnswer.Json("""{"token":"anonymous"}"""));
        using var client = peer.Client();

        await client.Artifact().ListTagsAsync().ToListAsync();

        Assert.Null(Assert.Single(peer.Asked("GET", "/token")).Authorization);
    }

    [Theory]
    [InlineData("", "", "refresh-1")]
    [InlineData("", "refresh-1", "")]
    public async Task An_identity_token_is_exchanged_by_post(string username, string password, string refreshToken)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        Guard(peer, Tags, token => token == "Bearer good");
        peer.On("POST", "/token", PeerAnswer.Json("""{"access_token":"good"}"""));
        using var client = peer.Client(new Credential { Username = username, Password = password, RefreshToken = refreshToken });

        await client.Artifact().ListTagsAsync().ToListAsync();

        var asked = Assert.Single(peer.Asked("POST", "/token"));
        Assert.Null(asked.Authorization);
        Assert.Equal("", asked.Query);
        Assert.Equal("grant_type=refresh_token&service=the+service&client_id=gantry&scope=repository%3Asamples%2Fartifact%3Apull&refresh_token=refresh-1", asked.Text);
    }

    [Fact]
    public async Task An_access_token_is_sent_as_it_is()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        Guard(peer, Tags, token => token == "Bearer mine");
        using var client = peer.Client(new Credential { AccessToken = "mine" });
        await client.Artifact().ListTagsAsync().ToListAsync();
        Assert.Empty(peer.Unscripted);
    }

    [Fact]
    public async Task A_token_is_asked_for_once_and_sent_unasked_from_then_on()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        Guard(peer, Tags, token => token == "Bearer good");
        peer.On("GET", "/token", PeerAnswer.Json("""{"token":"good","expires_in":300}"""));
        using var client = peer.Client(Wire.Alice);
        await client.Artifact().ListTagsAsync().ToListAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.Artifact().ListTagsAsync().ToListAsync()));

        Assert.Single(peer.Asked("GET", "/token"));
        Assert.Equal(22, peer.Asked("GET", Tags).Count);
    }

    [Fact]
    public async Task Many_first_requests_at_once_ask_for_one_token()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        Guard(peer, Tags, token => token == "Bearer good");
        peer.On("GET", "/token", PeerAnswer.Json("""{"token":"good","expires_in":300}"""));
        using var client = peer.Client(Wire.Alice);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.Artifact().ListTagsAsync().ToListAsync()));

        Assert.Single(peer.Asked("GET", "/token"));
    }

    [Fact]
    public async Task A_token_whose_time_is_over_is_replaced_before_it_is_refused()
    {
        var clock = new SkippingClock();
        var number = 0;
        await using var peer = await ScriptedPeer.StartAsync();
        Guard(peer, Tags, token => token == $"Bearer t{number}");
        peer.On("GET", "/token", _ => PeerAnswer.Json($$"""{"token":"t{{++number}}","expires_in":100}"""));
        using var client = peer.Client(Wire.Alice, Wire.Options with { Time = clock });
        await client.Artifact().ListTagsAsync().ToListAsync();

        clock.Advance(TimeSpan.FromSeconds(91));
        await client.Artifact().ListTagsAsync().ToListAsync();

        Assert.Equal(2, number);
        Assert.Equal(3, peer.Asked("GET", Tags).Count);
    }

    [Fact]
    public async Task A_token_that_is_refused_early_is_asked_for_anew()
    {
        var number = 0;
        await using var peer = await ScriptedPeer.StartAsync();
        Guard(peer, Tags, token => token == $"Bearer t{number}");
        peer.On("GET", "/token", _ => PeerAnswer.Json($$"""{"token":"t{{++number}}","expires_in":1000}"""));
        using var client = peer.Client(Wire.Alice);
        await client.Artifact().ListTagsAsync().ToListAsync();

        number = 7;
        await client.Artifact().ListTagsAsync().ToListAsync();

        Assert.Equal(8, number);
    }

    [Fact]
    public async Task Insufficient_scope_is_answered_with_our_scopes_and_the_challenges_together()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        Guard(peer, Tags, token => token == "Bearer wide", ",scope=\"repository:samples/artifact:metadata_read\",error=\"insufficient_scope\"");
        peer.On("GET", "/token", request => PeerAnswer.Json(
            request.Query.Contains("metadata_read%2Cpull", StringComparison.Ordinal) ? """{"token":"wide"}""" : """{"token":"narrow"}"""));
        using var client = peer.Client(Wire.Alice);
        await client.Artifact().ListTagsAsync().ToListAsync();
        Assert.Single(peer.Asked("GET", "/token"));
    }

    [Fact]
    public async Task A_second_refusal_is_the_answer()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Tags, Challenge(peer) with { Body = """{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}"""u8.ToArray() });
        peer.On("GET", "/token", PeerAnswer.Json("""{"token":"x"}"""));
        using var client = peer.Client(Wire.Alice);

        var refusal = await Assert.ThrowsAsync<RegistryException>(() => client.Artifact().ListTagsAsync().ToListAsync());

        Assert.Equal(ErrorCode.Unauthorized, refusal.Code);
        Assert.Equal($"GET http://{peer.Authority}{Tags}", refusal.Request);
        Assert.Equal(2, peer.Asked("GET", Tags).Count);
    }

    [Fact]
    public async Task Only_the_first_challenge_counts()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", new PeerAnswer(401).With("WWW-Authenticate", "Basic realm=\"r\"").With("WWW-Authenticate", "Bearer realm=\"http://elsewhere.test/\""), 200);
        using var client = peer.Client(Wire.Alice);
        await client.PingAsync();
        Assert.Equal(Wire.Basic(Wire.Alice), peer.Requests[1].Authorization);
    }

    [Fact]
    public async Task Wrong_credentials_are_not_tried_twice()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", new PeerAnswer(401).With("WWW-Authenticate", "Basic realm=\"r\""));
        using var client = peer.Client(Wire.Alice);
        await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync().AsTask());
        await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync().AsTask());
        Assert.Equal(3, peer.Requests.Count);
    }

    [Fact]
    public async Task What_the_token_server_refuses_is_told_without_secrets()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", Challenge(peer));
        peer.On("GET", "/token", PeerAnswer.Json("""{"errors":[{"code":"UNAUTHORIZED","message":"wrong"}]}""", 401));
        using var client = peer.Client(Wire.Alice);
        var refusal = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync().AsTask());
        Assert.Equal("unauthorized: wrong", refusal.Message);
        Assert.Equal($"GET http://{peer.Authority}/token", refusal.Request);
        Assert.DoesNotContain(Wire.Alice.Password, refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"token":"a b"}""")]
    [InlineData("""{"token":"a\r\nX-Evil: 1"}""")]
    public async Task An_answer_that_is_no_token_is_an_error(string body)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", Challenge(peer));
        peer.On("GET", "/token", PeerAnswer.Json(body));
        using var client = peer.Client(Wire.Alice);
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => client.PingAsync().AsTask());
        Assert.True(failure is RegistryException or FormatException, failure.ToString());
        Assert.DoesNotContain("Evil", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_token_is_had_for_a_password()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", Challenge(peer));
        peer.On("POST", "/token", PeerAnswer.Json("""{"access_token":"a","refresh_token":"r"}"""));
        using var client = peer.Client(Wire.Alice);

        Assert.Equal("r", await client.FetchRefreshTokenAsync());

        Assert.Equal("grant_type=password&service=the+service&client_id=gantry&access_type=offline&scope=&username=alice&password=s3cret-of-alice",
            Assert.Single(peer.Asked("POST", "/token")).Text);
        Assert.Null(peer.Requests[0].Authorization);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task A_token_server_without_refresh_tokens_gives_none(int status)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", Challenge(peer));
        peer.On("POST", "/token", status);
        using var client = peer.Client(Wire.Alice);
        Assert.Null(await client.FetchRefreshTokenAsync());
    }

    [Fact]
    public async Task A_request_of_another_api_carries_its_scope_from_the_start()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", "/api/x", request => request.Authorization is null ? Challenge(peer) : PeerAnswer.Json("{}"));
        peer.On("GET", "/token", PeerAnswer.Json("""{"token":"good"}"""));
        using var client = peer.Client(Wire.Alice);

        using var answer = await client.SendAsync(HttpMethod.Post, "/api/x?y=1", "{\"a\":1}"u8.ToArray(), Scope.CatalogAll);

        Assert.Equal(["""{"a":1}""", """{"a":1}"""], peer.Asked("POST", "/api/x").Select(request => request.Text));
        Assert.Contains("registry%3Acatalog%3A%2A", Assert.Single(peer.Asked("GET", "/token")).Query, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(HttpMethod.Get, "//elsewhere.test/", null, null).AsTask());
    }
}
