using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gantry.Load.Traffic;

namespace Gantry.Load.Peers;

/// <summary>Starts each kind of peer as it does best here: no access log, errors alone in the log.</summary>
/// <param name="programs">Where they are.</param>
/// <param name="folder">Where each gets a folder of its own.</param>
/// <param name="tmpfs">The same in memory.</param>
internal sealed class Launch(PeerPrograms programs, string folder, string tmpfs)
{
    /// <summary>The repository that stories read from, and that a token is asked for.</summary>
    public const string Repository = "bench/image";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private int _count;

    public async Task<Peer> StartAsync(PeerKind kind, bool onTmpfs = false, params string[] more)
    {
        var place = Directory.CreateDirectory(Path.Combine(onTmpfs ? tmpfs : folder, $"{kind}-{++_count}")).FullName;
        return kind switch
        {
            PeerKind.Gantry => await StartGantryAsync(kind, place, "--dev"),
            PeerKind.GantryBearer => await StartWithTokenAsync(place, more),
            PeerKind.DockerRegistry => await StartDockerRegistryAsync(place),
            PeerKind.Nginx => await StartNginxAsync(place),
            _ => await StartEmptyKestrelAsync(place),
        };
    }

    /// <summary>Names with versions, as the results show them.</summary>
    public async Task<IReadOnlyDictionary<PeerKind, string>> NamesAsync()
    {
        var ours = $"gantry {FirstVersion(await Tool.RunAsync(programs.Gantry, "version"))}";
        return new Dictionary<PeerKind, string>
        {
            [PeerKind.Gantry] = ours,
            [PeerKind.GantryBearer] = $"{ours}, Bearer",
            [PeerKind.DockerRegistry] = $"docker-registry {FirstVersion(await Tool.RunAsync(programs.DockerRegistry, "--version"))}",
            // nginx tells its version on standard error.
            [PeerKind.Nginx] = $"nginx {FirstVersion(await Tool.RunAsync("sh", "-c", "\"$1\" -v 2>&1", "sh", programs.Nginx))}",
            [PeerKind.EmptyKestrel] = $"Kestrel {Environment.Version}, empty route",
        };
    }

    private async Task<Peer> StartGantryAsync(PeerKind kind, string place, params string[] more)
    {
        var process = Tool.Start(programs.Gantry, ["serve", "--data", Path.Combine(place, "data"), "--listen", "http://127.0.0.1:0", "--quiet", "--no-worker", .. more]);
        return new Peer(kind, process, await ReadPortAsync(process), place);
    }

    private async Task<Peer> StartWithTokenAsync(string place, string[] more)
    {
        var file = Path.Combine(place, "owner.json");
        var peer = await StartGantryAsync(PeerKind.GantryBearer, place, ["--credentials-file", file, .. more]);
        using var owner = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
        var pair = $"{owner.RootElement.GetProperty("appId").GetString()}:{owner.RootElement.GetProperty("password").GetString()}";
        peer.Authorization = $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}\r\n";
        using var connection = peer.Connect();
        using var answer = JsonDocument.Parse(connection.Fetch(Requests.Get(peer, $"/oauth2/token?service={peer.Host}&scope=repository:{Repository}:pull,push")));
        peer.Authorization = $"Authorization: Bearer {answer.RootElement.GetProperty("access_token").GetString()}\r\n";
        return peer;
    }

    private async Task<Peer> StartDockerRegistryAsync(string place)
    {
        var port = FreePort();
        var file = Path.Combine(place, "config.yml");
        await File.WriteAllTextAsync(file, $$"""
            version: 0.1
            log:
              level: error
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {{Path.Combine(place, "data")}}
              cache:
                blobdescriptor: inmemory
              delete:
                enabled: true
              maintenance:
                uploadpurging:
                  enabled: false
            http:
              addr: 127.0.0.1:{{port}}
            """);
        return await WaitAsync(new Peer(PeerKind.DockerRegistry, Drained(Tool.Start(programs.DockerRegistry, "serve", file)), port, place));
    }

    private async Task<Peer> StartNginxAsync(string place)
    {
        var port = FreePort();
        Directory.CreateDirectory(Path.Combine(place, "files"));
        var file = Path.Combine(place, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            user root;
            worker_processes 2;
            daemon off;
            pid {{place}}/pid;
            error_log {{place}}/error.log error;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 1000000000;
              open_file_cache max=100;
              client_body_temp_path {{place}}/body;
              proxy_temp_path {{place}}/proxy;
              fastcgi_temp_path {{place}}/fastcgi;
              uwsgi_temp_path {{place}}/uwsgi;
              scgi_temp_path {{place}}/scgi;
              server {
                listen 127.0.0.1:{{port}};
                root {{place}}/files;
              }
            }
            """);
        return await WaitAsync(new Peer(PeerKind.Nginx, Drained(Tool.Start(programs.Nginx, "-p", place, "-e", Path.Combine(place, "error.log"), "-c", file)), port, place));
    }

    private static async Task<Peer> StartEmptyKestrelAsync(string place)
    {
        var process = Tool.Start(Environment.ProcessPath!, [.. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? (string[])[typeof(Launch).Assembly.Location] : [], EmptyKestrel.Mode]);
        return new Peer(PeerKind.EmptyKestrel, process, await ReadPortAsync(process), place);
    }

    private static async Task<int> ReadPortAsync(Process process)
    {
        const string ready = "Listening on ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(ready, StringComparison.Ordinal))
                continue;
            Drained(process);
            return new Uri(line[ready.Length..]).Port;
        }
        throw new InvalidOperationException($"a server did not start\n{await process.StandardError.ReadToEndAsync()}");
    }

    private static Process Drained(Process process)
    {
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        return process;
    }

    /// <summary>Until it takes connections.</summary>
    private static async Task<Peer> WaitAsync(Peer peer)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                Connection.Open(peer.Port).Dispose();
                return peer;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>For programs that cannot say which port they took.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FirstVersion(string text) =>
        text.Split([' ', '\n', '/', 'v'], StringSplitOptions.RemoveEmptyEntries).First(word => char.IsAsciiDigit(word[0]) && word.Contains('.', StringComparison.Ordinal));
}
