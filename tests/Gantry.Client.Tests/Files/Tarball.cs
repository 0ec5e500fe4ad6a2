using System.IO.Compression;
using System.Text;
using Gantry.Client.Files;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Tests.Files;

/// <summary>Writes any tar, also those that nobody should.</summary>
internal sealed class Tarball
{
    private readonly List<(TarEntry Entry, byte[] Content)> _entries = [];

    public Tarball Folder(string name, int mode = 0b111_101_101) => Add(TarEntry.Folder, name, mode: mode);

    public Tarball File(string name, string content = "", int mode = 0b110_100_100) => Add(TarEntry.File, name, content: content, mode: mode);

    public Tarball Link(string name, string target) => Add(TarEntry.SymbolicLink, name, target);

    public Tarball HardLink(string name, string target) => Add(TarEntry.HardLink, name, target);

    public Tarball Add(char type, string name, string link = "", string content = "", int mode = 0b110_100_100)
    {
        var data = Encoding.UTF8.GetBytes(content);
        _entries.Add((new TarEntry { Type = type, Name = name, LinkName = link, Size = data.Length, Mode = mode, Modified = DateTimeOffset.UnixEpoch.AddDays(1) }, data));
        return this;
    }

    public byte[] ToArray()
    {
        using var bytes = new MemoryStream();
        var writer = new GoTarWriter(bytes);
        foreach (var (entry, content) in _entries)
        {
            Now(writer.WriteHeaderAsync(entry, default));
            bytes.Write(content);
            Now(writer.PadAsync(content.Length, default));
        }
        Now(writer.FinishAsync(default));
        return bytes.ToArray();
    }

    /// <summary>As the layer that ORAS would make of it.</summary>
    public (Descriptor Layer, byte[] Gzip) ToLayer(string title)
    {
        var tar = ToArray();
        return Layer(title, tar, Digest.Of(tar));
    }

    public static (Descriptor Layer, byte[] Gzip) Layer(string title, byte[] tar, Digest contentDigest)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(tar);
        var bytes = output.ToArray();
        return (Descriptor.Of(MediaTypes.ImageLayerGzip, bytes) with
        {
            Annotations = new Dictionary<string, string>
            {
                [Annotations.Title] = title,
                [Annotations.ContentUnpack] = "true",
                [Annotations.ContentDigest] = contentDigest.ToString(),
            },
        }, bytes);
    }

    /// <summary>Writes to memory complete at once.</summary>
    private static void Now(ValueTask write)
    {
        Assert.True(write.IsCompletedSuccessfully);
        write.GetAwaiter().GetResult();
    }
}
