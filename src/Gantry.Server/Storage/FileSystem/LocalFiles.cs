using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Server.Storage.FileSystem;

/// <summary>The operating system's own files.</summary>
internal sealed partial class LocalFiles : IFileCalls
{
    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;
    private const int KeepSize = 1;

    private static readonly EnumerationOptions Here = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    };

    private static readonly bool CanAllocate = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    public static readonly LocalFiles Instance = new();

    private LocalFiles()
    {
    }

    public FileStream Create(string path, long expected) => PrivateFiles.Open(path, FileMode.CreateNew, FileAccess.ReadWrite, Shared, expected);

    public FileStream? OpenToChange(string path)
    {
        try
        {
            return PrivateFiles.Open(path, FileMode.Open, FileAccess.ReadWrite, Shared);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public SafeFileHandle? OpenToRead(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, Shared, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            return Directory.Exists(path) ? null : throw new IOException(e.Message, e);
        }
    }

    public int Read(SafeFileHandle file, Span<byte> into, long offset) => RandomAccess.Read(file, into, offset);

    public ValueTask<int> ReadAsync(SafeFileHandle file, Memory<byte> into, long offset, CancellationToken ct) => RandomAccess.ReadAsync(file, into, offset, ct);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    public void SetLength(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public bool Allocate(SafeFileHandle file, long offset, long length) => CanAllocate && Allocate(file, KeepSize, offset, length) == 0;

    public void Flush(SafeFileHandle file)
    {
        try
        {
            RandomAccess.FlushToDisk(file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public bool FolderExists(string folder) => Directory.Exists(folder);

    public void CreateFolder(string folder) => PrivateFiles.CreateFolder(folder);

    public void FlushFolder(string folder) => FolderFlush.Flush(folder);

    public void Rename(string from, string to) => PrivateFiles.Replace(from, to);

    public void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    public BlobStat? Stat(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new BlobStat(file.Length, new DateTimeOffset(file.LastWriteTimeUtc)) : null;
    }

    public IEnumerable<string> List(string folder, bool below) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", below ? Below : Here) : [];

    [LibraryImport("libc", EntryPoint = "fallocate")]
    private static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);
}
