using System.Formats.Tar;

namespace Gantry.Client.Files;

/// <summary>Tells pipes and devices from empty files, which .NET's file attributes do not.</summary>
internal static class SpecialFile
{
    private const int TypeAt = 156;

    /// <summary>The tar type of a pipe or device; null for a file.</summary>
    /// <exception cref="IOException">The file is a socket, which a tar cannot hold.</exception>
    public static char? TypeOf(FileInfo file)
    {
        if (OperatingSystem.IsWindows())
            return null;
        // The platform's tar writer asks the file system for us, without opening the file: opening a pipe would wait for its other end.
        using var header = new MemoryStream();
        using (var writer = new TarWriter(header, TarEntryFormat.Gnu, leaveOpen: true))
            writer.WriteEntry(file.FullName, "x");
        return (char)header.GetBuffer()[TypeAt] is var type and (TarEntry.CharacterDevice or TarEntry.BlockDevice or TarEntry.Pipe) ? type : null;
    }
}
