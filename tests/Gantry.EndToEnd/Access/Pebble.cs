using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Gantry.EndToEnd.Access;

/// <summary>Debian's pebble: an ACME directory that validates for real. It refuses every second nonce and reuses no proof, so that a client meets the whole protocol.</summary>
internal sealed class Pebble : IAsyncDisposable
{
    public const string KeyId = "kid-1";
    public const string Secret = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

    private readonly Sandbox _sandbox;
    private readonly Authority _authority;
    private readonly NameServer _names = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly int _management = FreePort();
    private readonly int _port = FreePort();
    private Process? _process;

    public Pebble(Sandbox sandbox)
    {
        _sandbox = sandbox;
        _authority = new Authority(sandbox.NewFolder("pebble"));
    }

    /// <summary>What the directory's own certificate comes from.</summary>
    public string AuthorityFile => _authority.RootFile;

    public string Directory => $"https://localhost:{_port}/dir";

    public string Log => string.Join('\n', _log);

    /// <summary>Starts it; the registry that it will look at runs already and has its ports.</summary>
    /// <param name="httpPort">Where http-01 is asked.</param>
    /// <param name="tlsPort">Where tls-alpn-01 is asked.</param>
    /// <param name="lifetime">Of the certificates.</param>
    /// <param name="binds">Whether accounts must be bound to <see cref="KeyId"/>.</param>
    public void Start(int httpPort, int tlsPort, TimeSpan lifetime, bool binds = false)
    {
        var config = new JsonObject
        {
            ["pebble"] = new JsonObject
            {
                ["listenAddress"] = $"127.0.0.1:{_port}",
                ["managementListenAddress"] = $"127.0.0.1:{_management}",
                ["certificate"] = _authority.CertificateFile,
                ["privateKey"] = _authority.KeyFile,
                ["httpPort"] = httpPort,
                ["tlsPort"] = tlsPort,
                ["certificateValidityPeriod"] = (int)lifetime.TotalSeconds,
                ["externalAccountBindingRequired"] = binds,
                ["externalAccountMACKeys"] = new JsonObject { [KeyId] = Secret },
            },
        };
        _sandbox["PEBBLE_VA_NOSLEEP"] = "1";
        _sandbox["PEBBLE_WFE_NONCEREJECT"] = "50";
        _sandbox["PEBBLE_AUTHZREUSE"] = "0";
        _process = Tool.Start(RealClients.Installed("pebble"), ["-config", _sandbox.Write("pebble.json", config.ToJsonString()), "-dnsserver", _names.Address, "-strict"], _sandbox.Setting);
        _ = DrainAsync(_process.StandardOutput);
        _ = DrainAsync(_process.StandardError);
    }

    /// <summary>The root that its certificates lead to, new at each of its starts.</summary>
    public async Task<X509Certificate2> RootAsync()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(_authority.RootFile));
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } });
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                return X509Certificate2.CreateFromPem(await client.GetStringAsync(new Uri($"https://localhost:{_management}/roots/0"), limit.Token));
            }
            catch (HttpRequestException) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(100, limit.Token);
            }
        }
    }

    /// <summary>For programs that do not say which port they were given, and so must be told one.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        await _names.DisposeAsync();
    }

    private async Task DrainAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                _log.Enqueue(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process is gone.
        }
    }
}
