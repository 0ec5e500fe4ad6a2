using System.IO.Compression;
using System.Security.Cryptography;
using Gantry.Build.Layers;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Tests.Layers;

public sealed class LayerWriterTests
{
    private static LayerEntry File(string path, byte[] content) => new()
    {
        Path = path,
        Type = EntryType.File,
        Mode = Permissions.File,
        Size = content.Length,
        Modified = 315532800,
        Content = new BytesContent(content),
    };

    private static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        var state = (uint)seed;
        for (var i = 0; i < length; i++)
        {
            state = (state * 1664525) + 1013904223;
            // Two bits of noise in each byte: compresses, but not to nothing.
            bytes[i] = (byte)(state >> 30);
        }
        return bytes;
    }

    private static async Task<(WrittenLayer Layer, byte[] Bytes)> WriteAsync(params LayerEntry[] entries)
    {
        var output = new MemoryStream();
        var layer = await LayerWriter.WriteAsync(entries, output, CompressionLevel.Fastest, workers: 2, CancellationToken.None);
        return (layer, output.ToArray());
    }

    private static byte[] Gunzip(byte[] gzip)
    {
        var plain = new MemoryStream();
        using var stream = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress);
        stream.CopyTo(plain);
        return plain.ToArray();
    }

    [Fact]
    public async Task One_pass_gives_the_digest_of_the_gzip_and_the_diff_id_of_the_tar()
    {
        var (layer, bytes) = await WriteAsync(File("a", Pattern(3_500_000, 1)), File("b", []), File("c", [1, 2, 3]));
        Assert.Equal(Digest.Of(bytes), layer.Descriptor.Digest);
        Assert.Equal(bytes.Length, layer.Descriptor.Size);
        Assert.Equal(Digest.Of(Gunzip(bytes)), layer.DiffId);
    }

    [Fact]
    public async Task The_gzip_is_one_member_with_the_checksum_and_length_of_the_whole()
    {
        var (_, bytes) = await WriteAsync(File("a", Pattern(5_000_000, 2)));
        var plain = Gunzip(bytes);
        Assert.Equal((uint)plain.Length, BitConverter.ToUInt32(bytes, bytes.Length - 4));
        // The framework's reader goes on to a second member where there is one; a raw inflater stops at the end of the first.
        using var inflate = new DeflateStream(new MemoryStream(bytes, 10, bytes.Length - 10), CompressionMode.Decompress);
        var first = new MemoryStream();
        inflate.CopyTo(first);
        Assert.Equal(plain.Length, first.Length);
        Assert.Equal(SHA256.HashData(plain), SHA256.HashData(first.ToArray()));
    }

    [Fact]
    public async Task The_bytes_are_the_same_every_time()
    {
        var content = Pattern(4_200_000, 3);
        var first = await WriteAsync(File("folder/file", content));
        var second = await WriteAsync(File("folder/file", content));
        Assert.Equal(first.Layer, second.Layer);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.SmallestSize)]
    public async Task Bytes_that_cannot_be_compressed_fit_their_block(CompressionLevel level)
    {
        // High bytes without any pattern have the longest codes there are.
        var content = new byte[2_500_000];
        RandomNumberGenerator.Fill(content);
        foreach (ref var b in content.AsSpan())
            b |= 0x90;
        using var output = new MemoryStream();
        var layer = await LayerWriter.WriteAsync([File("a", content)], output, level, workers: 2, CancellationToken.None);
        Assert.Equal(layer.DiffId.Hex, Convert.ToHexStringLower(SHA256.HashData(Gunzip(output.ToArray()))));
    }

    [Fact]
    public async Task A_file_that_shrinks_or_grows_meanwhile_is_refused()
    {
        var shorter = File("a", new byte[10]) with { Size = 11 };
        var longer = File("a", new byte[12]) with { Size = 11 };
        Assert.Contains("changed while it was read", (await Assert.ThrowsAsync<IOException>(() => WriteAsync(shorter))).Message, StringComparison.Ordinal);
        Assert.Contains("changed while it was read", (await Assert.ThrowsAsync<IOException>(() => WriteAsync(longer))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_fails_ends_the_writing_with_its_own_error()
    {
        var failure = await Assert.ThrowsAsync<IOException>(() => LayerWriter.WriteAsync(
            [File("a", Pattern(20_000_000, 4))], new FullDisk(), CompressionLevel.Fastest, workers: 2, CancellationToken.None).AsTask());
        Assert.Equal("no space left", failure.Message);
    }

    [Fact]
    public async Task What_is_written_reads_back_entry_by_entry()
    {
        var attributes = new Dictionary<string, byte[]> { ["security.capability"] = [1, 0, 0, 2, 0xFF] };
        LayerEntry[] entries =
        [
            new() { Path = "bin", Type = EntryType.Folder, Mode = Permissions.Folder, Modified = 5 },
            File("bin/tool", [7, 7]) with { Mode = Permissions.Bits, Uid = 70_000, Gid = 3_000_000, Attributes = attributes },
            new() { Path = "bin/link", Type = EntryType.SymbolicLink, Mode = Permissions.All, LinkTarget = "../" + new string('x', 200) },
            new() { Path = "bin/hard", Type = EntryType.HardLink, Mode = Permissions.File, LinkTarget = "bin/tool" },
            new() { Path = "dev/null", Type = EntryType.CharacterDevice, Mode = Permissions.File, DeviceMajor = 1, DeviceMinor = 3 },
            File("long/" + string.Join('/', Enumerable.Repeat("name", 80)), [1]),
            File("größe/日本", [2]),
        ];
        var (_, bytes) = await WriteAsync(entries);
        var reader = new TarEntryReader(new MemoryStream(Gunzip(bytes)), TarLimits.Default);
        foreach (var expected in entries)
        {
            var entry = await reader.NextAsync(CancellationToken.None);
            Assert.NotNull(entry);
            Assert.Equal(expected with { Content = null, Attributes = entry.Attributes }, entry with { Content = null });
            Assert.Equal(expected.Attributes.OrderBy(pair => pair.Key), entry.Attributes.OrderBy(pair => pair.Key));
            var content = new MemoryStream();
            await reader.Content.CopyToAsync(content);
            Assert.Equal(expected.Size, content.Length);
        }
        Assert.Null(await reader.NextAsync(CancellationToken.None));
    }

    private sealed class FullDisk : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Length > 100_000 ? throw new IOException("no space left") : base.WriteAsync(buffer, cancellationToken);
    }
}
