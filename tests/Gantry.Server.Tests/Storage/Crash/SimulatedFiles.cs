using System.Runtime.CompilerServices;
using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>The file-system driver's calls on a simulated disk.</summary>
internal sealed class SimulatedFiles(SimulatedDisk disk) : IFileCalls
{
    private readonly LocalFiles _real = LocalFiles.Instance;
    private readonly ConditionalWeakTable<SafeFileHandle, DiskFile> _open = [];

    public FileStream Create(string path, long expected)
    {
        var name = Enter(DiskCall.Create, path);
        // Room taken ahead is a wish of the driver's: the simulated disk has its own ideas of what is full.
        var stream = _real.Create(path, expected: 0);
        var file = new DiskFile([]);
        disk.Name(name, file);
        _open.Add(stream.SafeFileHandle, file);
        return stream;
    }

    public FileStream? OpenToChange(string path)
    {
        var name = Enter(DiskCall.Open, path);
        var stream = _real.OpenToChange(path);
        if (stream is not null)
            _open.Add(stream.SafeFileHandle, disk.Find(name)!);
        return stream;
    }

    public SafeFileHandle? OpenToRead(string path)
    {
        Enter(DiskCall.Open, path);
        return _real.OpenToRead(path);
    }

    public int Read(SafeFileHandle file, Span<byte> into, long offset)
    {
        Demand(disk.Enter(DiskCall.Read, ""));
        return _real.Read(file, into, offset);
    }

    public ValueTask<int> ReadAsync(SafeFileHandle file, Memory<byte> into, long offset, CancellationToken ct)
    {
        Demand(disk.Enter(DiskCall.Read, ""));
        return _real.ReadAsync(file, into, offset, ct);
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        var outcome = disk.Enter(DiskCall.Write, $"{bytes.Length} at {offset}");
        if (outcome is DiskOutcome.Short)
            bytes = bytes[..(bytes.Length / 2)];
        else
            Demand(outcome);
        _real.Write(file, bytes, offset);
        FileOf(file).Write(bytes, offset);
        Demand(outcome);
    }

    public void SetLength(SafeFileHandle file, long length)
    {
        Demand(disk.Enter(DiskCall.SetLength, $"{length}"));
        _real.SetLength(file, length);
        FileOf(file).SetLength(length);
    }

    public bool Allocate(SafeFileHandle file, long offset, long length) => disk.Enter(DiskCall.Allocate, $"{length} at {offset}") is DiskOutcome.Done;

    public void Flush(SafeFileHandle file)
    {
        var outcome = disk.Enter(DiskCall.Flush, "");
        if (outcome is DiskOutcome.Done)
            FileOf(file).Flush();
        else if (outcome is DiskOutcome.Error)
            FileOf(file).Forget();
        Demand(outcome);
    }

    public bool FolderExists(string folder) => _real.FolderExists(folder);

    public void CreateFolder(string folder)
    {
        if (FolderExists(folder))
            return;
        var name = Enter(DiskCall.CreateFolder, folder);
        _real.CreateFolder(folder);
        disk.Name(name, null);
    }

    public void FlushFolder(string folder)
    {
        var name = disk.Relative(folder);
        var outcome = disk.Enter(DiskCall.FlushFolder, name);
        if (outcome is DiskOutcome.Done)
            disk.FlushFolder(name);
        Demand(outcome);
    }

    public void Rename(string from, string to)
    {
        var name = Enter(DiskCall.Rename, to);
        _real.Rename(from, to);
        disk.Rename(disk.Relative(from), name);
    }

    public void Delete(string path)
    {
        var name = Enter(DiskCall.Delete, path);
        _real.Delete(path);
        disk.Unname(name);
    }

    public BlobStat? Stat(string path)
    {
        Enter(DiskCall.Open, path);
        return _real.Stat(path);
    }

    public IEnumerable<string> List(string folder, bool below)
    {
        Enter(DiskCall.List, folder);
        return _real.List(folder, below);
    }

    private DiskFile FileOf(SafeFileHandle file) => _open.TryGetValue(file, out var known) ? known : throw new InvalidOperationException("the file was not opened here");

    private string Enter(DiskCall call, string path)
    {
        var name = disk.Relative(path);
        Demand(disk.Enter(call, name));
        return name;
    }

    private static void Demand(DiskOutcome outcome)
    {
        if (outcome is not DiskOutcome.Done)
            throw new IOException(outcome switch
            {
                DiskOutcome.Full or DiskOutcome.Short => "No space left on device",
                DiskOutcome.Off => "the power is gone",
                _ => "Input/output error",
            });
    }
}
