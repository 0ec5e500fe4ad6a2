using System.Globalization;
using System.Text;
using Gantry.Server.Access.Federation;
using Gantry.Testing;
using Gantry.Testing.Access;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Access.Federation;

/// <summary>Keys are fetched seldom, from the right place, and from nowhere else.</summary>
public sealed class IssuerKeysTests
{
    private const string Discovery = "/.well-known/openid-configuration";

    [Fact]
    public async Task A_set_is_fetched_once_and_serves_many()
    {
        await using var room = await IssuerRoom.OpenAsync();
        var tokens = Enumerable.Range(0, 20).Select(_ => room.Issuer.Sign(room.Issuer.Claims())).ToList();
        await Task.WhenAll(tokens.Select(room.TakenAsync));
        Assert.Equal(1, room.Issuer.Fetches);
        Assert.All(room.Issuer.Peer.Requests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task A_new_key_counts_at_once_and_made_up_ids_cost_one_fetch_in_a_while()
    {
        await using var room = await IssuerRoom.OpenAsync();
        await room.TakenAsync(room.Issuer.Sign(room.Issuer.Claims()));
        room.Clock.Advance(IssuerKeys.Pause);
        room.Issuer.Rotate();
        await room.TakenAsync(room.Issuer.Sign(room.Issuer.Claims()));
        Assert.Equal(2, room.Issuer.Fetches);
        for (var i = 0; i < 50; i++)
            await room.RefusedAsync(room.Issuer.Sign(string.Create(CultureInfo.InvariantCulture, $$"""{"alg":"RS256","kid":"no-{{i}}"}"""), room.Issuer.Claims()), "no key");
        Assert.Equal(2, room.Issuer.Fetches);
        room.Clock.Advance(IssuerKeys.Pause);
        await room.RefusedAsync(room.Issuer.Sign("""{"alg":"RS256","kid":"no"}""", room.Issuer.Claims()), "no key");
        Assert.Equal(3, room.Issuer.Fetches);
    }

    [Fact]
    public async Task A_key_that_was_withdrawn_no_longer_counts_once_the_set_is_not_fresh()
    {
        await using var room = await IssuerRoom.OpenAsync();
        await room.TakenAsync(room.Issuer.Sign(room.Issuer.Claims()));
        using var other = System.Security.Cryptography.RSA.Create(2048);
        room.Issuer.Publish(TestIssuer.Jwk(other, "other"));
        room.Clock.Advance(IssuerKeys.FreshFor);
        await room.RefusedAsync(room.Issuer.Sign(room.Issuer.Claims()), "no key 'key-1'");
    }

    [Fact]
    public async Task While_the_issuer_is_down_its_last_keys_count_for_a_day()
    {
        await using var room = await IssuerRoom.OpenAsync();
        await room.TakenAsync(room.Issuer.Sign(room.Issuer.Claims()));
        room.Issuer.IsDown = true;
        room.Clock.Advance(IssuerKeys.UsableFor - TimeSpan.FromMinutes(1));
        await room.TakenAsync(room.Issuer.Sign(room.Issuer.Claims()));
        room.Clock.Advance(TimeSpan.FromMinutes(2));
        await room.RefusedAsync(room.Issuer.Sign(room.Issuer.Claims()), "are not known");
        room.Issuer.IsDown = false;
        room.Clock.Advance(IssuerKeys.Pause);
        await room.TakenAsync(room.Issuer.Sign(room.Issuer.Claims()));
    }

    [Fact]
    public async Task A_discovery_document_of_another_issuer_is_refused()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var address = $"http://{peer.Authority}";
        peer.On("GET", "/realm" + Discovery, PeerAnswer.Json($$"""{"issuer":"{{address}}/realm/","jwks_uri":"{{address}}/keys"}"""));
        Assert.Equal("its discovery document is another issuer's", (await FindAsync(address + "/realm")).Failure);
        // The address with a slash at its end is another issuer, whose document lies at the same place.
        Assert.NotEqual("its discovery document is another issuer's", (await FindAsync(address + "/realm/")).Failure);
        Assert.Single(peer.Asked("GET", "/keys"));
    }

    [Fact]
    public async Task CVE_2026_33540_a_redirect_is_not_followed()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var address = $"http://{peer.Authority}";
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/{status}");
            peer.On("GET", path + Discovery, new PeerAnswer(status).With("Location", address + "/elsewhere"));
            Assert.Contains($"was answered with {status}", (await FindAsync(address + path)).Failure, StringComparison.Ordinal);
        }
        Assert.Empty(peer.Asked("GET", "/elsewhere"));
    }

    [Fact]
    public async Task CVE_2026_33540_keys_behind_tls_are_not_fetched_without_it()
    {
        using var authority = new TestCertificates();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Join("ca.pem"), authority.Pem);
        using var certificate = authority.Issue("localhost");
        await using var peer = await ScriptedPeer.StartAsync(certificate);
        await using var plain = await ScriptedPeer.StartAsync();
        var address = $"https://{peer.Authority}";
        peer.On("GET", Discovery, PeerAnswer.Json($$"""{"issuer":"{{address}}","jwks_uri":"http://{{plain.Authority}}/keys"}"""));
        Assert.Contains("names no address of keys", (await FindAsync(address, folder.Join("ca.pem"))).Failure, StringComparison.Ordinal);
        Assert.Empty(plain.Requests);
    }

    [Fact]
    public async Task CVE_2020_13788_a_name_that_leads_to_a_private_address_is_not_contacted()
    {
        using var authority = new TestCertificates();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Join("ca.pem"), authority.Pem);
        using var certificate = authority.Issue("localhost");
        var clock = new OffsetClock();
        await using var issuer = await TestIssuer.StartAsync(clock, certificate);
        using var keys = new IssuerKeys(clock);
        var allowed = issuer.Terms with { CaFile = folder.Join("ca.pem") };
        Assert.NotNull((await keys.FindAsync(allowed, null, default)).Keys);

        var asked = issuer.Peer.Requests.Count;
        var answer = await keys.FindAsync(allowed with { AllowPrivateAddresses = false }, null, default);
        Assert.Null(answer.Keys);
        Assert.Contains("private address", answer.Failure, StringComparison.Ordinal);
        foreach (var address in new[] { "https://127.0.0.1:1", "https://[::1]:1", "https://[::ffff:10.0.0.1]", "https://169.254.169.254", "https://10.1.2.3", "https://0x7f.1", "https://2130706433" })
            Assert.Contains("private address", (await FindAsync(address, allowPrivate: false)).Failure, StringComparison.Ordinal);
        Assert.Equal(asked, issuer.Peer.Requests.Count);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_trusted()
    {
        using var authority = new TestCertificates();
        using var certificate = authority.Issue("localhost");
        await using var issuer = await TestIssuer.StartAsync(TimeProvider.System, certificate);
        Assert.Equal("its certificate is not trusted", (await FindAsync(issuer.Address)).Failure);
        Assert.Empty(issuer.Peer.Requests);
        Assert.NotNull((await FindAsync(issuer.Address, "/nonexistent/ca.pem")).Failure);
    }

    [Fact]
    public async Task Documents_beyond_all_measure_are_not_read()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var address = $"http://{peer.Authority}";
        peer.On("GET", "/long" + Discovery, new PeerAnswer(200) { Body = Encoding.ASCII.GetBytes(new string(' ', 600_000)) });
        Assert.Contains("is longer than", (await FindAsync(address + "/long")).Failure, StringComparison.Ordinal);
        peer.On("GET", "/deep" + Discovery, PeerAnswer.Json(string.Concat(Enumerable.Repeat("{\"a\":", 1_000))));
        Assert.Contains("not a JSON object", (await FindAsync(address + "/deep")).Failure, StringComparison.Ordinal);
        peer.On("GET", "/cut" + Discovery, new PeerAnswer(200) { Body = new byte[100], CutAfter = 10 });
        Assert.NotNull((await FindAsync(address + "/cut")).Failure);
        peer.On("GET", "/none" + Discovery, PeerAnswer.Json($$"""{"issuer":"{{address}}/none","jwks_uri":"{{address}}/none/keys"}""")).On("GET", "/none/keys", PeerAnswer.Json("""{"keys":[]}"""));
        Assert.Equal("it publishes no key that could sign", (await FindAsync(address + "/none")).Failure);
    }

    [Fact]
    public async Task An_issuer_that_says_nothing_is_given_up()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Discovery, new PeerAnswer(200) { Body = new byte[10], StallAfter = -1 });
        using var keys = new IssuerKeys(new SkippingClock());
        var answer = await keys.FindAsync(new TrustedIssuer { Name = "x", Issuer = $"http://{peer.Authority}", Audiences = ["a"], AllowPrivateAddresses = true }, null, default);
        Assert.Contains("did not answer", answer.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_so_many_issuers_are_remembered_and_the_one_asked_for_last_among_them()
    {
        await using var room = await IssuerRoom.OpenAsync();
        await room.TakenAsync(room.Issuer.Sign(room.Issuer.Claims()));
        for (var number = 0; number < IssuerKeys.MaxKept + 50; number++)
        {
            // Not https, so none of them is asked anything.
            await room.Keys.FindAsync(new TrustedIssuer { Name = "x", Issuer = $"http://issuer-{number}.example", Audiences = ["a"] }, null, default);
            if (number % 100 == 0)
                await room.TakenAsync(room.Issuer.Sign(room.Issuer.Claims()));
        }
        Assert.Equal(IssuerKeys.MaxKept, room.Keys.Count);
        Assert.Equal(1, room.Issuer.Fetches);
    }

    [Theory]
    [InlineData("https://issuer.example", false, true)]
    [InlineData("https://issuer.example/realms/a", false, true)]
    [InlineData("http://issuer.example", false, false)]
    [InlineData("http://issuer.example", true, false)]
    [InlineData("http://localhost:8080", false, false)]
    [InlineData("http://localhost:8080", true, true)]
    [InlineData("http://127.0.0.1:8080", true, true)]
    [InlineData("https://user:secret@issuer.example", false, false)]
    [InlineData("https://issuer.example/#a", false, false)]
    [InlineData("https://issuer.example/?a=b", false, false)]
    [InlineData("https://issuer.example/a b", false, false)]
    [InlineData("https:\\\\issuer.example", false, false)]
    [InlineData("file:///etc/passwd", true, false)]
    [InlineData("//issuer.example", true, false)]
    [InlineData("", true, false)]
    public void Addresses_of_issuers(string text, bool allowPrivate, bool good) => Assert.Equal(good, IssuerAddress.Fault(text, allowPrivate) is null);

    private static async Task<IssuerKeysAnswer> FindAsync(string issuer, string? caFile = null, bool allowPrivate = true)
    {
        using var keys = new IssuerKeys(TimeProvider.System);
        return await keys.FindAsync(new TrustedIssuer { Name = "x", Issuer = issuer, Audiences = ["a"], AllowPrivateAddresses = allowPrivate, CaFile = caFile }, null, default);
    }
}
