using System.Text;

namespace Gantry.Cli.Commands.Worker;

/// <summary>Where a server's socket for its worker lies: in the data folder, or where that path is too long for a socket, in a temporary folder.</summary>
internal sealed class SocketPlace : IDisposable
{
    /// <summary>The kernel's address of a Unix socket has 108 bytes, the last one zero.</summary>
    private const int MaxPathBytes = 107;

    private readonly string? _temporary;

    public SocketPlace(string dataFolder)
    {
        Path = System.IO.Path.Join(dataFolder, "run", "worker.sock");
        if (Encoding.UTF8.GetByteCount(Path) <= MaxPathBytes)
            return;
        _temporary = Directory.CreateTempSubdirectory("gantry-").FullName;
        Path = System.IO.Path.Join(_temporary, "worker.sock");
    }

    public string Path { get; }

    public void Dispose()
    {
        if (_temporary is not null)
            Directory.Delete(_temporary, recursive: true);
    }
}
