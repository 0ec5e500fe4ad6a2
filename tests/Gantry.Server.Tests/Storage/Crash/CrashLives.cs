using System.Globalization;
using System.Text;
using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>The processes of one story, one after another, and the disk that each finds.</summary>
internal sealed class CrashLives(SimulatedDisk disk, Seeded chance, CrashClock clock) : IDisposable
{
    private readonly StringBuilder _story = new();

    public SimulatedDisk Disk { get; private set; } = disk;

    /// <summary>Null while no process runs.</summary>
    public CrashRegistry? Registry { get; private set; }

    /// <summary>What happened so far, for people.</summary>
    public string Story => _story.ToString();

    public void Tell(string line) => _story.AppendLine(line);

    public async Task OpenAsync()
    {
        var pages = chance.Of(1, 10, 40, 2048);
        Tell(string.Create(CultureInfo.InvariantCulture, $"open, a checkpoint every {pages} pages"));
        Registry = await CrashRegistry.OpenAsync(Disk, clock, pages);
    }

    /// <summary>Starts a process on the disk that the last one left.</summary>
    public async Task NextAsync(SimulatedDisk next)
    {
        Disk.Dispose();
        Disk = next;
        await OpenAsync();
    }

    public async Task CloseAsync()
    {
        if (Registry is not { } registry)
            return;
        Registry = null;
        try
        {
            await registry.DisposeAsync();
            Tell("closed");
        }
        catch (Exception e) when (Disk.IsOff || Disk.HasFailed)
        {
            Tell($"closed with {e.Message}");
        }
    }

    public async Task EndAsync()
    {
        Disk.Cut();
        await CloseAsync();
        Disk.Dispose();
    }

    public void Dispose() => Disk.Dispose();
}
