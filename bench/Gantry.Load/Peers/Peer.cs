using System.Diagnostics;
using Gantry.Load.Traffic;

namespace Gantry.Load.Peers;

/// <summary>A server of the run, on loopback, in a folder of its own that goes with it.</summary>
internal sealed class Peer(PeerKind kind, Process process, int port, string folder) : Endpoint(port), IAsyncDisposable
{
    public PeerKind Kind => kind;

    public string Folder => folder;

    public ProcessMeter Meter { get; } = new(process.Id);

    public bool IsOurs => kind is PeerKind.Gantry or PeerKind.GantryBearer;

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        if (!process.HasExited)
            await Tool.RunAsync("kill", "-TERM", $"{process.Id}");
        // nginx and docker-registry may still hold connections that nobody closes.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
