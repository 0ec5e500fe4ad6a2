using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Server.Hosting;
using Gantry.Server.Hosting.Tls;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Hosting;

public sealed class TlsTests
{
    private static readonly ListenAddress Secure = new(Secure: true, "localhost", 0, Registry: null);

    [Fact]
    public async Task A_client_that_trusts_the_servers_own_certificate_signs_in_over_HTTPS()
    {
        await using var registry = await StartAsync();
        var ping = await registry.SendAsync("GET", "/v2/");

        Assert.Equal(401, ping.Status);
        Assert.StartsWith($"Bearer realm=\"https://{registry.LoginServer}/oauth2/token\"", ping["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Null(ping["Strict-Transport-Security"]);
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(registry.Owner)}")).Status);
        Assert.Equal(401, (await registry.SendAsync("GET", $"https://127.0.0.1:{registry.Url.Port}/v2/")).Status);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public async Task Both_versions_of_HTTP_are_spoken(int major, int minor)
    {
        await using var registry = await StartAsync();
        using var client = registry.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/") { Version = new Version(major, minor), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(RegistryInProcess.Basic(registry.Owner));
        using var response = await client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, new Version(major, minor)), (response.StatusCode, response.Version));
    }

    [Fact]
    public async Task Nobody_else_trusts_it()
    {
        await using var registry = await StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler());
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri(registry.Url, "/v2/")));
    }

    [Fact]
    public async Task The_key_is_its_owners_alone_and_that_of_the_authority_is_nowhere()
    {
        await using var registry = await StartAsync();
        var folder = Path.Join(registry.Folder, "tls");
        Assert.Equal(["ca.crt", "server.crt", "server.key"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Join(folder, "server.key")));
        using var ca = X509CertificateLoader.LoadCertificateFromFile(registry.Server.TrustFile!);
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Join(folder, "server.key")));
        Assert.NotEqual(ca.PublicKey.ExportSubjectPublicKeyInfo(), key.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void A_certificate_is_kept_until_it_is_nearly_over_or_lacks_a_host()
    {
        using var folder = new TemporaryFolder();
        var clock = new TestClock();
        var first = Thumbprint(folder, ["localhost", "127.0.0.1", "::1", "*.acr.test"], clock);
        clock.Advance(TimeSpan.FromDays(330));
        Assert.Equal(first, Thumbprint(folder, ["localhost", "*.acr.test"], clock));

        var second = Thumbprint(folder, ["localhost", "other.example"], clock);
        Assert.NotEqual(first, second);
        clock.Advance(TimeSpan.FromDays(336));
        var third = Thumbprint(folder, ["localhost", "other.example"], clock);
        Assert.NotEqual(second, third);

        // What a crash or a stray hand leaves is made anew.
        File.WriteAllText(folder.Join("server.key"), "broken");
        var fourth = Thumbprint(folder, ["localhost"], clock);
        Assert.NotEqual(third, fourth);
        File.Delete(folder.Join("ca.crt"));
        Assert.NotEqual(fourth, Thumbprint(folder, ["localhost"], clock));
    }

    [Fact]
    public async Task A_registry_right_below_a_top_level_name_stands_in_the_certificate_itself()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Listen = [Secure], Domain = "localhost", Tls = new TlsOptions { SelfSigned = true } });
        Assert.NotNull(registry.Server.NewCertificateEnd);
        using (var made = X509CertificateLoader.LoadCertificateFromFile(Path.Join(registry.Folder, "tls", "server.crt")))
            Assert.True(made.MatchesHostname("myregistry.localhost", allowWildcards: false));

        await registry.RestartAsync();
        Assert.Null(registry.Server.NewCertificateEnd);
    }

    [Fact]
    public async Task A_given_certificate_is_shown_and_a_broken_one_refused()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = (folder.Join("c.pem"), folder.Join("k.pem"));
        using (var own = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            var request = new CertificateRequest("CN=localhost", own, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            request.CertificateExtensions.Add(names.Build());
            using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
            await File.WriteAllTextAsync(certificate, made.ExportCertificatePem());
            await File.WriteAllTextAsync(key, own.ExportPkcs8PrivateKeyPem());
        }
        await using (var registry = await RegistryInProcess.StartAsync(options => options with { Listen = [Secure], Tls = new TlsOptions { CertificateFile = certificate, KeyFile = key } }))
        {
            Assert.Null(registry.Server.TrustFile);
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(certificate));
            using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } });
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri(registry.Url, "/v2/"))).StatusCode);
        }

        await File.WriteAllTextAsync(key, "nothing");
        var refused = await Assert.ThrowsAsync<ServerOptionsException>(() => RegistryInProcess.StartAsync(options => options with { Listen = [Secure], Tls = new TlsOptions { CertificateFile = certificate, KeyFile = key } }));
        Assert.Contains(certificate, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_fetched_to_show_a_certificate_whose_issuer_is_missing()
    {
        using var folder = new TemporaryFolder();
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var now = TimeProvider.System.GetUtcNow();
        using (var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            var rootRequest = new CertificateRequest("CN=Some authority", rootKey, HashAlgorithmName.SHA256);
            rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            using var root = rootRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(3));
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [$"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/ca.crt"]));
            using var signed = request.Create(root, now.AddHours(-1), now.AddDays(2), [1, 2, 3]);
            await File.WriteAllTextAsync(folder.Join("crt"), signed.ExportCertificatePem());
            await File.WriteAllTextAsync(folder.Join("key"), key.ExportPkcs8PrivateKeyPem());
        }
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Listen = [Secure], Tls = new TlsOptions { CertificateFile = folder.Join("crt"), KeyFile = folder.Join("key") } });
        // The client fetches nothing either.
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck, VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority };
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } });
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri(registry.Url, "/v2/"))).StatusCode);
        // Whoever had asked would wait here, for nobody answers.
        Assert.False(listener.Pending());
    }

    private static Task<RegistryInProcess> StartAsync() =>
        RegistryInProcess.StartAsync(options => options with { Listen = [Secure], Tls = new TlsOptions { SelfSigned = true } });

    private static string Thumbprint(TemporaryFolder folder, IReadOnlyList<string> hosts, TestClock clock)
    {
        using var made = SelfSigned.Ensure(folder.Path, hosts, clock.GetUtcNow());
        return made.Certificate.Thumbprint;
    }
}
