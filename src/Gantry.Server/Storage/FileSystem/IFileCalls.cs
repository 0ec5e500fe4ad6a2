using Microsoft.Win32.SafeHandles;

namespace Gantry.Server.Storage.FileSystem;

/// <summary>Every system call that the driver makes, so that a test can cut the power between any two of them.</summary>
/// <remarks>
/// Nothing here is durable by itself: bytes are once their file was flushed, names once their folder was. What cannot be done is an
/// <see cref="IOException"/>, also where rights are missing. Handles are real ones: reading into a response costs no copy.
/// </remarks>
internal interface IFileCalls
{
    /// <summary>Makes a file that must not be there yet. The caller disposes it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="expected">Bytes to take room for; 0 where nobody knows.</param>
    FileStream Create(string path, long expected);

    /// <summary>Opens a file to read and write; null where there is none.</summary>
    FileStream? OpenToChange(string path);

    /// <summary>Opens a file to read; null where there is none.</summary>
    SafeFileHandle? OpenToRead(string path);

    int Read(SafeFileHandle file, Span<byte> into, long offset);

    ValueTask<int> ReadAsync(SafeFileHandle file, Memory<byte> into, long offset, CancellationToken ct);

    /// <summary>Writes all of it; a failure may leave a part.</summary>
    void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);

    void SetLength(SafeFileHandle file, long length);

    /// <summary>Takes room on the disk without changing the file's length.</summary>
    /// <returns>False where the file system cannot, or has none: then nothing has happened.</returns>
    bool Allocate(SafeFileHandle file, long offset, long length);

    /// <summary>Makes a file's bytes and length durable.</summary>
    void Flush(SafeFileHandle file);

    bool FolderExists(string folder);

    /// <summary>Makes one folder in another that is there; silent where it is there itself.</summary>
    void CreateFolder(string folder);

    /// <summary>Makes the names in a folder durable, and those that went from it gone.</summary>
    void FlushFolder(string folder);

    /// <summary>Gives a file another name, over another file where there is one.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    void Rename(string from, string to);

    /// <summary>Removes a file; silent where there is none.</summary>
    void Delete(string path);

    /// <summary>Size and time of a file; null where there is none.</summary>
    BlobStat? Stat(string path);

    /// <summary>Full paths of the files in a folder, links left out; none where there is no such folder.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="below">Whether to look in the folders below it too.</param>
    IEnumerable<string> List(string folder, bool below);
}
