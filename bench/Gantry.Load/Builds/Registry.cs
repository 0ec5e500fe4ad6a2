using System.Diagnostics;

namespace Gantry.Load.Builds;

/// <summary>A registry that both push to: ours, in development mode, on a free port, in a folder of the run.</summary>
internal sealed class Registry : IAsyncDisposable
{
    private readonly Process _process;

    private Registry(Process process, string host)
    {
        _process = process;
        Host = host;
    }

    /// <summary><c>localhost:PORT</c>.</summary>
    public string Host { get; }

    public static async Task<Registry> StartAsync(string gantry, string folder)
    {
        var process = Tool.Start(gantry, "serve", "--data", folder, "--listen", "http://127.0.0.1:0", "--dev", "--quiet");
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("Listening on ", StringComparison.Ordinal))
                continue;
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            return new Registry(process, $"localhost:{new Uri(line["Listening on ".Length..]).Port}");
        }
        throw new InvalidOperationException($"the registry did not start\n{await process.StandardError.ReadToEndAsync()}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await Tool.RunAsync("kill", "-TERM", $"{_process.Id}");
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
