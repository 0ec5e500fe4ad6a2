using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.EndToEnd.Access;

/// <summary>The server orders its certificate from a real ACME directory, which comes to look.</summary>
/// <remarks>The directory starts after the server, for it must know the server's ports: the first attempt finds nobody, and the next one comes by itself.</remarks>
public sealed class AcmeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(90);

    [Fact]
    public async Task Http_01_proves_two_hosts_for_an_account_that_is_bound_and_a_restart_orders_nothing()
    {
        using var sandbox = new Sandbox();
        await using var pebble = new Pebble(sandbox);
        await using var server = await StartAsync(sandbox, pebble, "--acme-domain", "a.registry.test", "--acme-domain", "b.registry.test", "--acme-email", "ops@registry.test",
            "--acme-eab-kid", Pebble.KeyId, "--acme-eab-key-file", sandbox.Write("eab.key", Pebble.Secret + "\n"));
        var port = await HttpsPortAsync(server);
        await AssertRefusedAsync(port);
        pebble.Start(httpPort: server.Url.Port, tlsPort: 1, Long, binds: true);
        using var root = await pebble.RootAsync();

        using var shown = await UntilShownAsync(server, pebble, port, "a.registry.test", root, after: null);
        Assert.True(shown.MatchesHostname("b.registry.test"));
        var kept = Path.Combine(sandbox.Folder, "data", "tls", "acme");
        Assert.All(Directory.GetFiles(kept, "*", SearchOption.AllDirectories), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.DoesNotContain(Pebble.Secret, server.Log, StringComparison.Ordinal);

        var before = Count(pebble.Log, "Issued certificate");
        await server.StopAsync();
        await server.RestartAsync();
        using var again = await UntilShownAsync(server, pebble, await HttpsPortAsync(server), "b.registry.test", root, after: null);
        Assert.Equal(shown.SerialNumber, again.SerialNumber);
        Assert.Equal(before, Count(pebble.Log, "Issued certificate"));
    }

    [Fact]
    public async Task Tls_alpn_01_proves_a_host_also_where_clients_need_a_certificate_of_their_own()
    {
        using var sandbox = new Sandbox();
        await using var pebble = new Pebble(sandbox);
        await using var server = await StartAsync(sandbox, pebble, "--acme-domain", "registry.test", "--acme-challenge", "tls-alpn-01",
            "--tls-client-ca", pebble.AuthorityFile, "--tls-client-auth", "require");
        var port = await HttpsPortAsync(server);
        pebble.Start(httpPort: 1, tlsPort: port, Long);
        using var root = await pebble.RootAsync();
        using var shown = await UntilShownAsync(server, pebble, port, "registry.test", root, after: null);
        Assert.Equal(["registry.test"], shown.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
    }

    [Fact]
    public async Task A_certificate_is_renewed_before_its_end_while_the_server_runs()
    {
        using var sandbox = new Sandbox();
        await using var pebble = new Pebble(sandbox);
        await using var server = await StartAsync(sandbox, pebble, "--acme-domain", "registry.test");
        var port = await HttpsPortAsync(server);
        // The next one is ordered after a minute at the earliest: half a minute is left for it, on a machine that is busy too.
        pebble.Start(server.Url.Port, tlsPort: 1, lifetime: TimeSpan.FromSeconds(90));
        using var root = await pebble.RootAsync();
        using var first = await UntilShownAsync(server, pebble, port, "registry.test", root, after: null);
        using var second = await UntilShownAsync(server, pebble, port, "registry.test", root, after: first);
        Assert.True(second.NotBefore < first.NotAfter, $"{second.NotBefore} {first.NotAfter}");
        Assert.NotEqual(first.PublicKey.ExportSubjectPublicKeyInfo(), second.PublicKey.ExportSubjectPublicKeyInfo());
    }

    private static Task<GantryServer> StartAsync(Sandbox sandbox, Pebble pebble, params string[] more) => GantryServer.StartAsync(sandbox, tls: false,
        ["--listen", "https://127.0.0.1:0", "--no-worker", "--acme-directory", pebble.Directory, "--acme-ca", pebble.AuthorityFile, "--acme-accept-terms", .. more]);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    /// <summary>The second address is told right after the first one.</summary>
    private static async Task<int> HttpsPortAsync(GantryServer server)
    {
        const string Told = "Listening on https://127.0.0.1:";
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            if (server.Log.Split('\n').LastOrDefault(line => line.StartsWith(Told, StringComparison.Ordinal)) is { } line)
                return int.Parse(line[Told.Length..], System.Globalization.CultureInfo.InvariantCulture);
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Before the first order nobody trusts what is shown.</summary>
    private static async Task AssertRefusedAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await using var stream = new SslStream(client.GetStream());
        await Assert.ThrowsAsync<AuthenticationException>(() => stream.AuthenticateAsClientAsync("registry.test"));
    }

    private static async Task<X509Certificate2> UntilShownAsync(GantryServer server, Pebble pebble, int port, string host, X509Certificate2 root, X509Certificate2? after)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!limit.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port, limit.Token);
                await using var stream = new SslStream(client.GetStream());
                var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
                policy.CustomTrustStore.Add(root);
                await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = policy }, limit.Token);
                var shown = X509CertificateLoader.LoadCertificate(stream.RemoteCertificate!.GetRawCertData());
                if (after is null || shown.SerialNumber != after.SerialNumber)
                    return shown;
                shown.Dispose();
            }
            catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
            {
                // The stand-in is shown still, or the last one is over.
            }
            await Task.Delay(200, CancellationToken.None);
        }
        Assert.Fail($"no certificate in time\n{server.Log}\n{pebble.Log}");
        return null!;
    }
}
