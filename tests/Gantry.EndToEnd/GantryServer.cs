using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Gantry.EndToEnd;

/// <summary><c>gantry serve</c> as a process of its own, on a free port, with a data folder that outlives its restarts.</summary>
internal sealed class GantryServer : IAsyncDisposable
{
    private readonly Sandbox _sandbox;
    private readonly List<string> _options;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    private GantryServer(Sandbox sandbox, List<string> options)
    {
        _sandbox = sandbox;
        _options = options;
    }

    public Uri Url { get; private set; } = new("http://localhost");

    /// <summary>The login server: <c>localhost:PORT</c>.</summary>
    public string Host => $"localhost:{Url.Port}";

    public string AppId { get; private set; } = "";

    public string Password { get; private set; } = "";

    public string Tenant { get; private set; } = "";

    /// <summary>Of the server's own process; its worker is a child of it.</summary>
    public int ProcessId => _process!.Id;

    public string Log => string.Join('\n', _log);

    public static async Task<GantryServer> StartAsync(Sandbox sandbox, bool tls = false, params string[] more)
    {
        List<string> options = ["--data", Path.Combine(sandbox.Folder, "data"), "--name", "myregistry", "--credentials-file", Path.Combine(sandbox.Folder, "owner.json"), .. more];
        SharedStores.Give(sandbox);
        if (tls)
        {
            var authority = new Authority(sandbox.Folder);
            options.AddRange(["--tls-cert", authority.CertificateFile, "--tls-key", authority.KeyFile]);
        }
        var server = new GantryServer(sandbox, options);
        await server.LaunchAsync(tls ? "https://127.0.0.1:0" : "http://127.0.0.1:0");
        using var owner = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(sandbox.Folder, "owner.json")));
        server.AppId = owner.RootElement.GetProperty("appId").GetString()!;
        server.Password = owner.RootElement.GetProperty("password").GetString()!;
        server.Tenant = owner.RootElement.GetProperty("tenant").GetString()!;
        return server;
    }

    /// <summary>Starts again on the same data and the same address.</summary>
    public Task RestartAsync() => LaunchAsync($"{Url.Scheme}://127.0.0.1:{Url.Port}");

    /// <summary>SIGKILL: what a power cut or the kernel's memory killer does to a process.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        (await Tool.RunAsync("/bin/bash", ["-c", $"kill -TERM {_process!.Id}"], _sandbox.Setting)).MustSucceed();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(limit.Token);
        var code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    /// <summary>Its worker goes with it: one that was just starting would make its folder again after the sandbox is deleted.</summary>
    public async ValueTask DisposeAsync()
    {
        _process?.Kill(entireProcessTree: true);
        if (_process is not null)
            await KillAsync();
    }

    private async Task LaunchAsync(string listen)
    {
        var process = Tool.Start(await PublishedProgram.PathAsync(), ["serve", "--listen", listen, .. _options], _sandbox.Setting);
        _process = process;
        _ = DrainAsync(process.StandardError);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            _log.Enqueue(line);
            if (!line.StartsWith("Listening on ", StringComparison.Ordinal))
                continue;
            Url = new Uri(line["Listening on ".Length..].Trim());
            _ = DrainAsync(process.StandardOutput);
            return;
        }
        Assert.Fail($"the server ended before it listened:\n{Log}");
    }

    /// <summary>A pipe that nobody reads would stop the server once it is full.</summary>
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
