using Gantry.Build.Layers;
using Gantry.Testing;

namespace Gantry.Build.Tests.Layers;

public sealed class TarEntryReaderFuzzTests
{
    /// <summary>Damage in headers is repaired up to their checksum, so that the fields behind it are reached.</summary>
    [Fact]
    public async Task A_damaged_archive_is_read_or_refused_within_its_limits()
    {
        var original = Archive();
        var random = new Seeded(20261121);
        var limits = new TarLimits { Entries = 100, Bytes = 100_000, HeaderBytes = 4096 };
        var (read, refused) = (0, 0);
        for (var i = 0; i < 15_000; i++)
        {
            var archive = original.ToArray();
            for (var changes = 1 + random.Below(3); changes > 0; changes--)
                archive[random.Below(archive.Length)] = (byte)random.Of(0, 0xFF, 0x80, ' ', '/', '.', '7', '0' + random.Below(10), random.Below(256));
            Mend(archive);
            if (random.Below(10) == 0)
                archive = archive[..random.Below(archive.Length)];
            try
            {
                var reader = new TarEntryReader(new MemoryStream(archive), limits);
                while (await reader.NextAsync(CancellationToken.None) is { } entry)
                {
                    Assert.DoesNotContain(entry.Path.Split('/'), name => name is "." or "..");
                    Assert.False(entry.Path.StartsWith('/'));
                    Assert.InRange(entry.Size, 0, limits.Bytes);
                    await reader.Content.CopyToAsync(Stream.Null);
                }
                read++;
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith("th", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }
        Assert.True(read > 1000 && refused > 1000, $"{read} read, {refused} refused");
    }

    private static byte[] Archive()
    {
        LayerEntry[] entries =
        [
            new() { Path = "folder", Type = EntryType.Folder, Mode = Permissions.Folder },
            new() { Path = "folder/file", Type = EntryType.File, Mode = Permissions.File, Size = 700 },
            new() { Path = new string('l', 300), Type = EntryType.SymbolicLink, Mode = Permissions.All, LinkTarget = new string('t', 200), Uid = 1L << 40 },
            new() { Path = "hard", Type = EntryType.HardLink, Mode = Permissions.File, LinkTarget = "folder/file" },
            new() { Path = "ü", Type = EntryType.File, Mode = Permissions.File, Attributes = new Dictionary<string, byte[]> { ["user.x"] = [1, 2, 3] } },
        ];
        return [.. entries.SelectMany(entry => TarHeaderWriter.Write(entry).Concat(new byte[entry.Size + TarFormat.Padding(entry.Size)])), .. new byte[1024]];
    }

    private static void Mend(byte[] archive)
    {
        for (var at = 0; at + TarFormat.BlockBytes <= archive.Length; at += TarFormat.BlockBytes)
        {
            var block = archive.AsSpan(at, TarFormat.BlockBytes);
            if (!block[TarFormat.Magic][..5].SequenceEqual("ustar"u8))
                continue;
            block[TarFormat.Checksum].Fill((byte)' ');
            var sum = 0;
            foreach (var b in block)
                sum += b;
            System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[TarFormat.Checksum]);
        }
    }
}
