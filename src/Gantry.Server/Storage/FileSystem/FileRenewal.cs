using System.Buffers;

namespace Gantry.Server.Storage.FileSystem;

/// <summary>Writes what an earlier process has written anew, in its place, and flushes it, before anything is built on it.</summary>
/// <remarks>
/// When a flush fails, Linux takes the pages for written all the same: they are still read, later flushes succeed without them, and the next power cut
/// takes them. Only the process that saw the failure knows. So what it may have left behind is not trusted; written once more, it is flushed in truth.
/// </remarks>
internal static class FileRenewal
{
    private const int BlockBytes = 256 * 1024;

    /// <summary>Silent where there is no such file.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Renew(IFileCalls files, string path)
    {
        using var file = files.OpenToChange(path);
        if (file is null)
            return;
        var handle = file.SafeFileHandle;
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            int read;
            for (long offset = 0; (read = files.Read(handle, block.AsSpan(0, BlockBytes), offset)) > 0; offset += read)
                files.Write(handle, block.AsSpan(0, read), offset);
            files.Flush(handle);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
