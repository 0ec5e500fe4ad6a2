using System.Runtime.InteropServices;

namespace Gantry.Build.Export;

/// <summary>A second name for a file, which .NET cannot give.</summary>
internal static partial class HardLinks
{
    /// <summary>Links; copies where the file system has no links.</summary>
    public static void Make(string existing, string path)
    {
        if (OperatingSystem.IsWindows() || link(existing, path) != 0)
            File.Copy(existing, path);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string path);
}
