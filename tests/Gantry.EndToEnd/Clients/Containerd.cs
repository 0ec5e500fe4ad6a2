using System.Diagnostics;

namespace Gantry.EndToEnd.Clients;

/// <summary>A containerd of our own, with everything it keeps in the sandbox, and its client <c>ctr</c>.</summary>
internal sealed class Containerd : IAsyncDisposable
{
    private readonly ClientStory _story;
    private readonly Process _process;
    private readonly string _folder;
    private readonly Task _log;

    private Containerd(ClientStory story, Process process, string folder, Task log)
    {
        _story = story;
        _process = process;
        _folder = folder;
        _log = log;
    }

    public static async Task<Containerd> StartAsync(ClientStory story)
    {
        var folder = story.Sandbox.NewFolder("containerd");
        WriteConfig(folder);
        if (story.Tls)
            WriteHosts(story, folder);
        var process = Tool.Start(RealClients.Unpacked("containerd"), ["--config", Path.Join(folder, "config.toml")], story.Sandbox.Setting);
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            List<string> said = [];
            while (await process.StandardError.ReadLineAsync(limit.Token) is { } line)
            {
                said.Add(line);
                // A pipe that nobody reads would stop it once it is full.
                if (line.Contains("successfully booted", StringComparison.Ordinal))
                    return new Containerd(story, process, folder, process.StandardError.ReadToEndAsync(CancellationToken.None));
            }
            throw new InvalidOperationException($"containerd ended before it listened:\n{string.Join('\n', said)}");
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    public Task<ToolResult> CtrAsync(params string[] arguments) =>
        _story.RunAsync(RealClients.Unpacked("ctr"), ["--address", Path.Join(_folder, "c.sock"), .. arguments]);

    /// <summary>As <see cref="CtrAsync"/>, for commands that speak to the registry.</summary>
    /// <param name="password">Null for none at all.</param>
    public Task<ToolResult> RemoteAsync(string? password, string[] verb, params string[] arguments)
    {
        string[] trust = _story.Tls ? ["--hosts-dir", Path.Join(_folder, "hosts")] : ["--plain-http"];
        string[] user = password is null ? [] : ["--user", $"{_story.Server.AppId}:{password}"];
        return CtrAsync([.. verb, .. trust, .. user, .. arguments]);
    }

    public async ValueTask DisposeAsync()
    {
        // SIGTERM lets it unmount and close what it has open; the folder is deleted afterwards.
        (await _story.Sandbox.ShellAsync($"kill -TERM {_process.Id}")).MustSucceed();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(limit.Token);
        await _log;
        _process.Dispose();
    }

    /// <summary>Only what images need: containers, the kernel's snapshots and folders outside of the sandbox (<c>opt</c>) are left out.</summary>
    private static void WriteConfig(string folder)
    {
        string[] left =
        [
            "io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.internal.v1.restart", "io.containerd.runtime.v1.linux", "io.containerd.runtime.v2.task",
            "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.overlayfs", "io.containerd.snapshotter.v1.zfs",
        ];
        File.WriteAllText(Path.Join(folder, "config.toml"), $"""
            version = 2
            root = "{folder}/root"
            state = "{folder}/state"
            disabled_plugins = [{string.Join(", ", left.Select(plugin => $"\"{plugin}\""))}]
            [grpc]
            address = "{folder}/c.sock"
            [ttrpc]
            address = "{folder}/c.sock.ttrpc"

            """);
    }

    /// <summary>For localhost ctr takes plain HTTP for granted; the scheme and the authority are told by a file.</summary>
    private static void WriteHosts(ClientStory story, string folder)
    {
        var hosts = Directory.CreateDirectory(Path.Join(folder, "hosts", story.Host)).FullName;
        File.WriteAllText(Path.Join(hosts, "hosts.toml"), $"""
            server = "https://{story.Host}"
            ca = "{story.Authority}"

            [host."https://{story.Host}"]
            ca = "{story.Authority}"

            """);
    }
}
