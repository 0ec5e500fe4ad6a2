using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Gantry.Build.Tests;

/// <summary>Archives as others write them, good and hostile.</summary>
internal static class Tars
{
    public static byte[] Of(params ReadOnlySpan<TarEntry> entries)
    {
        using var output = new MemoryStream();
        using (var writer = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        }
        return output.ToArray();
    }

    public static TarEntry File(string name, string content, int mode = 0b110_100_100) =>
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), Mode = (UnixFileMode)mode };

    public static TarEntry Link(string name, string target, TarEntryType type = TarEntryType.SymbolicLink) => new PaxTarEntry(type, name) { LinkName = target };

    public static TarEntry Of(TarEntryType type, string name) => new PaxTarEntry(type, name);

    public static byte[] Gzip(byte[] plain, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, level, leaveOpen: true))
            gzip.Write(plain);
        return output.ToArray();
    }

    public static Stream Stream(byte[] bytes) => new MemoryStream(bytes, writable: false);
}
