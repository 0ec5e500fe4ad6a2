using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Server.Storage.FileSystem;

/// <summary>Makes names in a folder durable: on Unix a rename survives a power cut only once its folder is flushed.</summary>
/// <remarks>.NET refuses to open a folder as a file, so these two calls go to the C library. Windows has no such flush; NTFS journals names itself.</remarks>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;
    private const int CloseOnExecLinux = 0x80000;
    private const int CloseOnExecMac = 0x1000000;
    private const int CloseOnExecFreeBsd = 0x100000;
    private const int Interrupted = 4;
    private const int NotForFolders = 22;

    /// <exception cref="IOException">The folder could not be flushed; what was renamed into it may be lost.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var opened = Open(folder);
        var descriptor = opened.DangerousGetHandle().ToInt32();
        // Some network file systems have no flush for folders and say so with EINVAL: their names are durable when the call returns.
        if (Retry(() => Sync(descriptor)) < 0 && Marshal.GetLastPInvokeError() != NotForFolders)
            throw Problem("flushing", folder);
    }

    /// <summary>Opens a folder that a process started meanwhile does not inherit.</summary>
    internal static SafeFileHandle Open(string folder)
    {
        var flags = ReadOnly | (OperatingSystem.IsMacOS() ? CloseOnExecMac : OperatingSystem.IsFreeBSD() ? CloseOnExecFreeBsd : CloseOnExecLinux);
        var descriptor = Retry(() => Open(folder, flags));
        return descriptor < 0 ? throw Problem("opening", folder) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static int Retry(Func<int> call)
    {
        while (true)
        {
            var result = call();
            if (result >= 0 || Marshal.GetLastPInvokeError() != Interrupted)
                return result;
        }
    }

    private static IOException Problem(string doing, string folder)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{doing} the folder \"{folder}\" failed: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);
}
