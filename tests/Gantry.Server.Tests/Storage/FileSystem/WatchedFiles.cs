using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Server.Tests.Storage.FileSystem;

/// <summary>The operating system's files, or others, with the two flushes left to the test.</summary>
internal sealed class WatchedFiles(Action<SafeFileHandle> flushFile, Action<string> flushFolder, IFileCalls? files = null) : IFileCalls
{
    private readonly IFileCalls _files = files ?? LocalFiles.Instance;

    public FileStream Create(string path, long expected) => _files.Create(path, expected);

    public FileStream? OpenToChange(string path) => _files.OpenToChange(path);

    public SafeFileHandle? OpenToRead(string path) => _files.OpenToRead(path);

    public int Read(SafeFileHandle file, Span<byte> into, long offset) => _files.Read(file, into, offset);

    public ValueTask<int> ReadAsync(SafeFileHandle file, Memory<byte> into, long offset, CancellationToken ct) => _files.ReadAsync(file, into, offset, ct);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => _files.Write(file, bytes, offset);

    public void SetLength(SafeFileHandle file, long length) => _files.SetLength(file, length);

    public bool Allocate(SafeFileHandle file, long offset, long length) => _files.Allocate(file, offset, length);

    public void Flush(SafeFileHandle file) => flushFile(file);

    public bool FolderExists(string folder) => _files.FolderExists(folder);

    public void CreateFolder(string folder) => _files.CreateFolder(folder);

    public void FlushFolder(string folder) => flushFolder(folder);

    public void Rename(string from, string to) => _files.Rename(from, to);

    public void Delete(string path) => _files.Delete(path);

    public BlobStat? Stat(string path) => _files.Stat(path);

    public IEnumerable<string> List(string folder, bool below) => _files.List(folder, below);
}
