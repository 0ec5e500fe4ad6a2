using System.Formats.Tar;

namespace Gantry.Build.Context;

/// <summary>Tells pipes, sockets and devices from empty files, which .NET's file attributes do not.</summary>
internal static class SpecialFile
{
    /// <exception cref="IOException">There is no such file.</exception>
    public static bool Is(FileInfo file)
    {
        if (OperatingSystem.IsWindows())
            return false;
        // The platform's tar writer asks the file system for us, without opening what is no plain file.
        using var header = new MemoryStream();
        try
        {
            using var writer = new TarWriter(header, TarEntryFormat.Gnu, leaveOpen: true);
            writer.WriteEntry(file.FullName, "x");
        }
        catch (IOException e) when (e is not FileNotFoundException)
        {
            // A socket, which no tar holds.
            return true;
        }
        return (char)header.GetBuffer()[Layers.TarFormat.TypeFlag] is '3' or '4' or '6';
    }
}
