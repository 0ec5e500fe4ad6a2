using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Gantry.Server.Hosting;
using Gantry.Server.Hosting.Tls;
using Gantry.Server.Hosting.Tls.Acme;
using Gantry.Testing;
using Gantry.Testing.Http;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Tests.Hosting.Tls;

/// <summary>The parts of the ACME client; the whole of it meets a real directory in Gantry.EndToEnd.</summary>
public sealed class AcmeTests
{
    private static readonly Uri Url = new("https://acme.example/new-order");

    [Fact]
    public void A_request_is_signed_by_the_accounts_key_over_head_and_payload()
    {
        using var key = AcmeKey.Create();
        var signed = key.Sign(new AcmeHead { Alg = "", Nonce = "n", Url = Url, Jwk = key.Jwk }, "{}"u8);
        using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(signed.Protected));
        Assert.Equal("ES256", head.RootElement.GetProperty("alg").GetString());
        Assert.Equal("https://acme.example/new-order", head.RootElement.GetProperty("url").GetString());
        Assert.False(head.RootElement.TryGetProperty("kid", out _));
        using var check = ECDsa.Create();
        check.ImportFromPem(key.ExportPem());
        Assert.True(check.VerifyData(Encoding.ASCII.GetBytes($"{signed.Protected}.{signed.Payload}"), Base64Url.DecodeFromChars(signed.Signature), HashAlgorithmName.SHA256));
    }

    [Fact]
    public void A_keys_thumbprint_is_that_of_its_required_members_in_order()
    {
        using var key = AcmeKey.Create();
        // RFC 7638 section 3.2, written out.
        var text = $$"""{"crv":"P-256","kty":"EC","x":"{{key.Jwk.X}}","y":"{{key.Jwk.Y}}"}""";
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(text))), key.Thumbprint);
        using var again = AcmeKey.FromPem(key.ExportPem());
        Assert.Equal(key.Thumbprint, again.Thumbprint);
        Assert.Equal($"token.{key.Thumbprint}", again.Authorize("token"));
    }

    [Fact]
    public void A_binding_is_signed_with_the_authoritys_key_and_carries_ours()
    {
        using var key = AcmeKey.Create();
        var secret = RandomNumberGenerator.GetBytes(32);
        var bound = key.Bind("kid-1", secret, Url);
        Assert.Equal(Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{bound.Protected}.{bound.Payload}"))), bound.Signature);
        Assert.Contains(key.Jwk.X, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(bound.Payload)), StringComparison.Ordinal);
        using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(bound.Protected));
        Assert.Equal("kid-1", head.RootElement.GetProperty("kid").GetString());
        // A nonce there would be refused (RFC 8555 section 7.3.4).
        Assert.False(head.RootElement.TryGetProperty("nonce", out _));
    }

    [Fact]
    public void The_certificate_of_a_challenge_has_the_critical_extension_and_goes_with_the_order()
    {
        using var challenges = new AcmeChallenges(TimeProvider.System);
        challenges.Show("a.test", "token.thumbprint");
        var made = challenges.Find("A.test")!.TargetCertificate;
        var extension = Assert.Single(made.Extensions, found => found.Oid!.Value == "1.3.6.1.5.5.7.1.31");
        Assert.True(extension.Critical);
        Assert.Equal([4, 32, .. SHA256.HashData("token.thumbprint"u8)], extension.RawData);
        Assert.Equal(["a.test"], Assert.Single(made.Extensions.OfType<X509SubjectAlternativeNameExtension>()).EnumerateDnsNames());
        Assert.Null(challenges.Find("b.test"));
        challenges.Clear();
        Assert.Null(challenges.Find("a.test"));
    }

    [Theory]
    [InlineData("GET", "/.well-known/acme-challenge/token", 200, "token.thumbprint")]
    [InlineData("HEAD", "/.well-known/acme-challenge/token", 200, "")]
    [InlineData("POST", "/.well-known/acme-challenge/token", 404, "")]
    [InlineData("GET", "/.well-known/acme-challenge/other", 404, "")]
    [InlineData("GET", "/.well-known/acme-challenge/", 404, "")]
    [InlineData("GET", "/.well-known/acme-challenge", 404, "")]
    public async Task A_token_is_answered_to_whoever_asks_and_nothing_else_is(string method, string path, int status, string body)
    {
        using var challenges = new AcmeChallenges(TimeProvider.System);
        challenges.Answer("token", "token.thumbprint");
        var http = new DefaultHttpContext();
        using var written = new MemoryStream();
        http.Response.Body = written;
        http.Request.Method = method;
        http.Request.Path = path;
        Assert.True(AcmeChallenges.Owns(http));
        await challenges.AnswerAsync(http);
        Assert.Equal((status, body), (http.Response.StatusCode, Encoding.ASCII.GetString(written.ToArray())));
    }

    [Fact]
    public void The_next_one_is_ordered_at_two_thirds_and_failures_are_spaced()
    {
        using var issuer = new Issuer();
        using var issued = new ServerCertificate(issuer.Issue("CN=a", ["dns:a.test"], until: 10), [], TrustFile: null);
        Assert.Equal(issued.NotBefore.AddDays(20), AcmeRenewal.DueOf(issued), TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromMinutes(5), AcmeRenewal.WaitAfter(new AcmeException("x"), 1));
        Assert.Equal(TimeSpan.FromMinutes(40), AcmeRenewal.WaitAfter(new AcmeException("x"), 4));
        Assert.Equal(TimeSpan.FromHours(24), AcmeRenewal.WaitAfter(new AcmeException("x"), 1000));
        Assert.Equal(TimeSpan.FromHours(30), AcmeRenewal.WaitAfter(new AcmeException("x", "rateLimited", TimeSpan.FromHours(30)), 1));
        Assert.Equal(TimeSpan.FromMinutes(5), AcmeRenewal.WaitAfter(new AcmeException("x", "rateLimited", TimeSpan.FromSeconds(1)), 1));
        Assert.Equal(TimeSpan.FromDays(7), AcmeRenewal.WaitAfter(new AcmeException("x", "rateLimited", TimeSpan.FromDays(40_000)), 1));
        Assert.Equal(TimeSpan.FromSeconds(10), AcmeRenewal.WaitAfter(new HttpRequestException("x"), 1));
        Assert.Equal(TimeSpan.FromHours(1), AcmeRenewal.WaitAfter(new HttpRequestException("x"), 30));
    }

    [Fact]
    public void The_one_after_a_certificate_that_is_nearly_over_already_is_not_ordered_at_once()
    {
        using var issuer = new Issuer();
        var now = TimeProvider.System.GetUtcNow();
        using var old = new ServerCertificate(issuer.Issue("CN=a", ["dns:a.test"], until: 1), [], TrustFile: null);
        Assert.True(AcmeRenewal.DueOf(old) < now);
        Assert.Equal(now.AddHours(1), AcmeRenewal.DueAfter(old, now));
        using var ended = new ServerCertificate(issuer.Issue("CN=a", ["dns:a.test"], until: -19.999), [], TrustFile: null);
        Assert.Equal(now.AddMinutes(1), AcmeRenewal.DueAfter(ended, now));
        using var fresh = new ServerCertificate(issuer.Issue("CN=a", ["dns:a.test"], until: 20), [], TrustFile: null);
        Assert.Equal(AcmeRenewal.DueOf(fresh), AcmeRenewal.DueAfter(fresh, now));
        // What nobody foresaw is spaced as a refusal.
        Assert.Equal(TimeSpan.FromMinutes(5), AcmeRenewal.WaitAfter(new InvalidOperationException("x"), 1));
    }

    [Fact]
    public async Task A_stale_nonce_is_replaced_and_a_limit_is_told_with_its_time()
    {
        using var certificates = new TestCertificates();
        using var shown = certificates.Issue("localhost");
        await using var peer = await ScriptedPeer.StartAsync(shown);
        var origin = $"https://{peer.Authority}";
        peer.On("GET", "/dir", PeerAnswer.Json($$"""{"newNonce":"{{origin}}/nonce","newAccount":"{{origin}}/account","newOrder":"{{origin}}/order"}"""))
            .On("HEAD", "/nonce", new PeerAnswer(200).With("Replay-Nonce", "first"))
            .On("POST", "/account",
                PeerAnswer.Json("""{"type":"urn:ietf:params:acme:error:badNonce","detail":"stale"}""", 400).With("Replay-Nonce", "second"),
                PeerAnswer.Json("{}", 201).With("Replay-Nonce", "third").With("Location", $"{origin}/account/1"))
            .On("POST", "/order", PeerAnswer.Json("""{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many"}""", 429).With("Retry-After", "7200"));
        using var key = AcmeKey.Create();
        using var root = X509Certificate2.CreateFromPem(certificates.Pem);
        using var connection = new AcmeConnection(new Uri($"{origin}/dir"), [root], key, TimeProvider.System);

        var directory = await connection.ReadDirectoryAsync(default);
        var account = await connection.PostAsync(directory, directory.NewAccount, "{}"u8.ToArray(), default);
        Assert.Equal(["first", "second"], peer.Asked("POST", "/account").Select(request => Nonce(request.Text)));
        connection.Use(account.Location!);
        var refused = await Assert.ThrowsAsync<AcmeException>(() => connection.PostAsync(directory, directory.NewOrder, "{}"u8.ToArray(), default));
        Assert.Equal(("rateLimited", TimeSpan.FromHours(2)), (refused.Type, refused.RetryAfter));
        Assert.Equal("third", Nonce(Assert.Single(peer.Asked("POST", "/order")).Text));
        Assert.All(peer.Requests, request => Assert.StartsWith("gantry/", request.Headers["User-Agent"], StringComparison.Ordinal));
        // Where a directory leads to plain HTTP, nobody follows.
        await Assert.ThrowsAsync<AcmeException>(() => connection.PostAsync(directory, new Uri("http://localhost:1/order"), [], default));
        Assert.Empty(peer.Unscripted);

        static string? Nonce(string body)
        {
            using var request = JsonDocument.Parse(body);
            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(request.RootElement.GetProperty("protected").GetString()));
            return head.RootElement.GetProperty("nonce").GetString();
        }
    }

    [Fact]
    public void An_account_is_its_owners_alone_stays_what_it_is_and_each_directory_has_its_own()
    {
        using var folder = new TemporaryFolder();
        using var first = new AcmeFolder(folder.Path, new Uri("https://acme.example:14000/dir")).LoadAccount();
        using var again = new AcmeFolder(folder.Path, new Uri("https://acme.example:14000/dir")).LoadAccount();
        using var other = new AcmeFolder(folder.Path, new Uri("https://acme.example:14000/staging")).LoadAccount();
        Assert.Equal(first.Thumbprint, again.Thumbprint);
        Assert.NotEqual(first.Thumbprint, other.Thumbprint);
        var file = Assert.Single(Directory.GetFiles(folder.Path, "account.key", SearchOption.AllDirectories).Take(1));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        File.WriteAllText(file, "broken");
        Assert.Throws<ServerOptionsException>(() => { using var a = new AcmeFolder(folder.Path, new Uri("https://acme.example:14000/dir")).LoadAccount(); using var b = new AcmeFolder(folder.Path, new Uri("https://acme.example:14000/staging")).LoadAccount(); });
    }

    [Fact]
    public async Task An_address_that_is_open_for_validators_answers_nobody_else_and_a_stand_in_is_shown_meanwhile()
    {
        // No directory answers there: the port is free.
        await using var registry = await RegistryInProcess.StartAsync(options => options with
        {
            Listen = [new ListenAddress(Secure: true, "localhost", 0, null), new ListenAddress(Secure: false, "0.0.0.0", 0, null)],
            Tls = new TlsOptions { Acme = new AcmeOptions { Directory = new Uri("https://localhost:1/dir"), Domains = ["a.test"], AcceptTerms = true } },
        });
        var open = $"http://127.0.0.1:{registry.Server.Addresses[1].Port}";
        Assert.Equal(403, (await registry.SendAsync("GET", $"{open}/v2/")).Status);
        Assert.Equal(404, (await registry.SendAsync("GET", $"{open}/.well-known/acme-challenge/x")).Status);
        Assert.Null(registry.Server.TrustFile);
        Assert.Contains(registry.Log, line => line.Contains("a self-signed one is shown", StringComparison.Ordinal));
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => ((X509Certificate2)shown!).MatchesHostname("a.test") } });
        using var ping = await client.GetAsync(new Uri(registry.Url, "/v2/"));
        Assert.Equal(HttpStatusCode.Unauthorized, ping.StatusCode);
    }
}
