using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gantry.EndToEnd.Clients;

/// <summary>Debian's docker-registry as a process of its own, on a free port. It has no referrers API.</summary>
internal sealed class DockerRegistry : IAsyncDisposable
{
    public const string User = "tester";
    public const string Password = "p4ss of the tester";

    /// <summary>bcrypt at its lowest cost: the registry checks it at every request.</summary>
    private const string Htpasswd = User + ":$2y$05$abcdefghijklmnopqrstuutLTxIFVE8p.8he0/8xT8b2uV1QiE4vC\n";

    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;

    private DockerRegistry(Process process, string folder)
    {
        _process = process;
        Authority = Path.Combine(folder, "ca.pem");
    }

    /// <summary><c>localhost:PORT</c>.</summary>
    public string Host { get; private set; } = "";

    /// <summary>The private authority's certificate; a file only where it is secured.</summary>
    public string Authority { get; }

    /// <param name="sandbox">Where it keeps everything.</param>
    /// <param name="secured">HTTPS with a private authority and Basic authentication, instead of plain HTTP for everybody.</param>
    public static async Task<DockerRegistry> StartAsync(Sandbox sandbox, bool secured)
    {
        var folder = sandbox.NewFolder("docker-registry");
        var configuration = $$"""
            version: 0.1
            storage:
              filesystem: {rootdirectory: {{folder}}/data}
              delete: {enabled: true}
            http:
              addr: 127.0.0.1:0

            """;
        if (secured)
        {
            var authority = new Authority(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "htpasswd"), Htpasswd);
            configuration += $$"""
                  tls: {certificate: {{authority.CertificateFile}}, key: {{authority.KeyFile}}}
                auth:
                  htpasswd: {realm: registry, path: {{folder}}/htpasswd}

                """;
        }
        var file = Path.Combine(folder, "config.yml");
        await File.WriteAllTextAsync(file, configuration);
        // Without the user's environment: every variable REGISTRY_… would be a setting of it, REGISTRY_AUTH_FILE too.
        var setting = sandbox.Setting with { Own = new Dictionary<string, string>() };
        var registry = new DockerRegistry(Tool.Start(RealClients.Unpacked("docker-registry"), ["serve", file], setting), folder);
        try
        {
            await registry.WaitAsync();
            return registry;
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task WaitAsync()
    {
        const string Ready = "listening on 127.0.0.1:";
        _ = DrainAsync(_process.StandardOutput);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await _process.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            _log.Enqueue(line);
            var at = line.IndexOf(Ready, StringComparison.Ordinal);
            if (at < 0)
                continue;
            Host = "localhost:" + string.Concat(line[(at + Ready.Length)..].TakeWhile(char.IsAsciiDigit));
            _ = DrainAsync(_process.StandardError);
            return;
        }
        Assert.Fail($"docker-registry ended before it listened:\n{string.Join('\n', _log)}");
    }

    /// <summary>A pipe that nobody reads would stop it once it is full.</summary>
    private static async Task DrainAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is not null)
                continue;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process is gone.
        }
    }
}
