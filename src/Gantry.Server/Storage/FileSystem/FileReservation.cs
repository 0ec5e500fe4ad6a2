using Microsoft.Win32.SafeHandles;

namespace Gantry.Server.Storage.FileSystem;

/// <summary>Room on the disk for a growing file, taken a piece at a time ahead of its bytes; its length stays what was written.</summary>
/// <remarks>
/// Without it ext4 looks for room as it writes back, after the last byte has come and while a client waits for the flush.
/// On Linux alone, and a wish: a file system that cannot do it, or has no such piece left, takes the bytes as they come.
/// </remarks>
internal sealed class FileReservation(IFileCalls files, SafeFileHandle file)
{
    /// <summary>Smaller files are written back in one go.</summary>
    private const long Least = 1024 * 1024;

    /// <summary>Pieces grow with the file up to this: of pieces of 16, 64 and 256 MiB none was faster than the others.</summary>
    private const long Most = 64 * 1024 * 1024;

    private long _end;
    private bool _refused;

    /// <summary>Sees to it that there is room for the bytes up to <paramref name="next"/>, and for some of those that will follow.</summary>
    /// <param name="length">Bytes in the file.</param>
    /// <param name="next">Bytes in it after the coming write.</param>
    /// <param name="limit">It will not have more than these.</param>
    public void Extend(long length, long next, long limit)
    {
        if (_refused || next < Least || next <= _end)
            return;
        var end = Math.Min(limit, length + Math.Clamp(length, next - length, Most));
        if (files.Allocate(file, length, end - length))
            _end = end;
        else
            _refused = true;
    }

    /// <summary>Gives back what lies behind the file's end: a session may lie there for days.</summary>
    public void ReleaseFrom(long length)
    {
        if (_end <= length)
            return;
        _end = length;
        try
        {
            // The length that it has: the file system lets go of what is beyond.
            files.SetLength(file, length);
        }
        catch (IOException)
        {
            // The room goes with the file, when it is closed or deleted at the latest.
        }
    }
}
