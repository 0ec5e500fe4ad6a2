using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.EndToEnd.Access;

/// <summary>A real proxy that ends TLS, set up by the words of docs/tls.md.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task Behind_HAProxy_clients_push_and_pull_over_HTTPS_and_what_they_spoof_counts_for_nothing()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox, tls: false, "--no-worker", "--trusted-proxy", "127.0.0.1");
        var authority = new Authority(sandbox.NewFolder("proxy"));
        var port = Pebble.FreePort();
        var pair = sandbox.Write("registry.pem", await File.ReadAllTextAsync(authority.CertificateFile) + await File.ReadAllTextAsync(authority.KeyFile));
        var configuration = "defaults\n    timeout connect 10s\n    timeout client 60s\n    timeout server 60s\n\n" + Sample("HAProxy:")
            .Replace("bind :443 ssl crt /etc/haproxy/registry.pem", $"bind 127.0.0.1:{port} ssl crt {pair}", StringComparison.Ordinal)
            .Replace("127.0.0.1:5000", $"127.0.0.1:{server.Url.Port}", StringComparison.Ordinal);
        using var proxy = Tool.Start(RealClients.Installed("haproxy", "/usr/sbin"), ["-db", "-f", sandbox.Write("haproxy.cfg", configuration)], sandbox.Setting);
        try
        {
            await UntilListeningAsync(port);
            var host = $"localhost:{port}";
            string[] trust = ["--ca-file", authority.RootFile, "--plain-http=false"];
            (await Tool.RunAsync(await PublishedProgram.PathAsync(), ["login", host, "-u", server.AppId, "--password-stdin", .. trust], sandbox.Setting with { Input = server.Password })).MustSucceed();
            sandbox.Write("artifact.txt", "hello");
            (await sandbox.GantryAsync(["push", $"{host}/samples/artifact:1.0", "artifact.txt:text/plain", .. trust])).MustSucceed();
            File.Delete(Path.Combine(sandbox.Work, "artifact.txt"));
            (await sandbox.GantryAsync(["pull", $"{host}/samples/artifact:1.0", .. trust])).MustSucceed();
            Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(sandbox.Work, "artifact.txt")));

            var challenge = await AskAsync(authority, host, "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: http", "X-Forwarded-Port: 1", "Forwarded: for=203.0.113.9;host=evil.example");
            Assert.Contains($"realm=\"https://{host}/oauth2/token\"", challenge, StringComparison.Ordinal);
            Assert.Contains($"service=\"{host}\"", challenge, StringComparison.Ordinal);
            await UntilLoggedAsync(server, " 401 ", " 127.0.0.2 ");
            Assert.DoesNotContain("203.0.113.9", server.Log, StringComparison.Ordinal);
            Assert.DoesNotContain("evil.example", server.Log, StringComparison.Ordinal);
        }
        finally
        {
            proxy.Kill();
            await proxy.WaitForExitAsync();
        }
    }

    /// <summary>The block that follows a line of the page.</summary>
    private static string Sample(string title)
    {
        var page = File.ReadAllText(Path.Combine(PublishedProgram.Root, "docs", "tls.md"));
        var begin = page.IndexOf("```\n", page.IndexOf($"\n{title}\n", StringComparison.Ordinal), StringComparison.Ordinal) + 4;
        return page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)];
    }

    /// <summary>Asks as a client at an address of its own, 127.0.0.2.</summary>
    private static async Task<string> AskAsync(Authority authority, string host, params string[] headers)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authority.RootFile));
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { CertificateChainPolicy = policy },
            ConnectCallback = async (context, ct) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{host}/v2/");
        foreach (var header in headers)
            request.Headers.TryAddWithoutValidation(header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 2)..]);
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        return response.Headers.WwwAuthenticate.ToString();
    }

    private static async Task UntilListeningAsync(int port)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, limit.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    private static async Task UntilLoggedAsync(GantryServer server, params string[] parts)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!server.Log.Split('\n').Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))))
            await Task.Delay(50, limit.Token);
    }
}
