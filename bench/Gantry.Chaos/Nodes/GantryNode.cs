using System.Diagnostics;
using System.Net;

namespace Gantry.Chaos.Nodes;

/// <summary>One <c>gantry serve</c>, started again when it is killed, as a service manager does.</summary>
internal sealed class GantryNode : IAsyncDisposable
{
    private readonly NodeSetting _setting;
    private readonly StreamWriter _log;
    private Process? _process;

    public GantryNode(NodeSetting setting)
    {
        _setting = setting;
        _log = new StreamWriter(Path.Combine(Directory.CreateDirectory(setting.Folder).FullName, "log"), append: true) { AutoFlush = true };
    }

    public string Name => _setting.Name;

    /// <summary>Where it listens; the port is known once it did so for the first time.</summary>
    public IPEndPoint Address { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Starts it and waits until it listens.</summary>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        var host = _setting.Host;
        var port = Address.Port;
        string[] command =
        [
            .. _setting.Enter, _setting.Program, "serve", "--data", Path.Combine(_setting.Folder, "data"), "--listen", $"http://{host}:{port}",
            "--name", "chaos", "--insecure-listen", "--no-worker", "--drain-delay", "2", .. _setting.Options,
        ];
        var process = Tool.Start(command[0], command[1..], _setting.Environment);
        _process = process;
        _ = KeepAsync(process.StandardError);
        while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            Write(line);
            if (!line.StartsWith("Listening on ", StringComparison.Ordinal))
                continue;
            Address = new IPEndPoint(IPAddress.Parse(host), new Uri(line["Listening on ".Length..].Trim()).Port);
            _ = KeepAsync(process.StandardOutput);
            return;
        }
        await process.WaitForExitAsync(ct);
        throw new InvalidOperationException($"{Name} ended with code {process.ExitCode} before it listened; see {Path.Combine(_setting.Folder, "log")}");
    }

    /// <summary>SIGKILL: what a power cut or the kernel's memory killer does to a process.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    /// <summary>Starts it until it listens: its stores may be away when it is started, and then it ends.</summary>
    public async Task ReviveAsync(CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await StartAsync(ct);
                return;
            }
            catch (InvalidOperationException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), ct);
            }
        }
    }

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        var process = _process ?? throw new InvalidOperationException($"{Name} does not run");
        await Tool.SignalAsync(process.Id, "TERM");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(limit.Token);
        var code = process.ExitCode;
        process.Dispose();
        _process = null;
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _log.DisposeAsync();
    }

    private async Task KeepAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                Write(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process is gone, or we are.
        }
    }

    private void Write(string line)
    {
        lock (_log)
            _log.WriteLine(line);
    }
}
