using System.Text;
using Gantry.Build.Layers;

namespace Gantry.Build.Tests.Layers;

public sealed class TarEntryReaderTests
{
    private static byte[] Archive(params LayerEntry[] entries) =>
        [.. entries.SelectMany(entry => TarHeaderWriter.Write(entry).Concat(new byte[entry.Size + TarFormat.Padding(entry.Size)])), .. new byte[1024]];

    private static LayerEntry File(string path, long size = 0) => new() { Path = path, Type = EntryType.File, Mode = Permissions.File, Size = size };

    private static async Task<List<LayerEntry>> ReadAsync(byte[] archive, TarLimits? limits = null)
    {
        var reader = new TarEntryReader(new MemoryStream(archive), limits ?? TarLimits.Default);
        var entries = new List<LayerEntry>();
        while (await reader.NextAsync(CancellationToken.None) is { } entry)
            entries.Add(entry);
        return entries;
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    public async Task A_path_that_climbs_is_refused(string path) =>
        Assert.Contains("outside its root", (await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Archive(File(path))))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Leading_slashes_and_dots_are_no_part_of_a_path() =>
        Assert.Equal(["a/b", "c"], (await ReadAsync(Archive(File("/a/./b"), File("./c")))).Select(entry => entry.Path));

    [Fact]
    public async Task A_bomb_stops_at_the_limit_of_bytes_and_of_entries()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Archive(File("a", 2000), File("b", 2000)), new TarLimits { Bytes = 3000 }));
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Archive(File("a"), File("b"), File("c")), new TarLimits { Entries = 2 }));
    }

    [Fact]
    public async Task Headers_stop_at_the_limit_of_all_of_them_together()
    {
        var entry = File("a") with { Attributes = new Dictionary<string, byte[]> { ["user.x"] = new byte[600] } };
        Assert.Equal(3, (await ReadAsync(Archive(entry, entry, entry))).Count);
        Assert.Contains("headers come to more than 1500 bytes",
            (await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Archive(entry, entry, entry), new TarLimits { AllHeaderBytes = 1500 }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_a_path_longer_than_Linux_takes_is_refused()
    {
        var link = new LayerEntry { Path = "a", Type = EntryType.SymbolicLink, Mode = Permissions.All, LinkTarget = string.Concat(Enumerable.Repeat("a/", 3000)) };
        Assert.Contains("the limit is 4096", (await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Archive(link)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_header_is_told_apart_from_an_archives_end()
    {
        var archive = Archive(File("a"));
        archive[3] ^= 1;
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(archive));
        Assert.Empty(await ReadAsync([]));
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Archive(File("a"))[..300]));
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Archive(File("a", 5000))[..2000]));
    }

    [Fact]
    public async Task Random_damage_is_refused_and_never_worse()
    {
        var archive = Archive(File("folder/file", 700), new LayerEntry { Path = new string('n', 300), Type = EntryType.File, Mode = 0 }, File("größe", 3));
        var state = 20261121UL;
        for (var i = 0; i < 3000; i++)
        {
            var damaged = (byte[])archive.Clone();
            for (var flips = 0; flips < 4; flips++)
            {
                state = (state * 6364136223846793005) + 1442695040888963407;
                damaged[(int)((state >> 33) % (ulong)damaged.Length)] = (byte)(state >> 13);
            }
            try
            {
                await ReadAsync(damaged, new TarLimits { Bytes = 1 << 20 });
            }
            catch (InvalidDataException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    [Fact]
    public void A_header_is_the_same_bytes_as_a_ustar_header_written_by_hand()
    {
        var header = TarHeaderWriter.Write(new LayerEntry { Path = "a", Type = EntryType.File, Mode = Permissions.File, Size = 5, Modified = 1 });
        Assert.Equal(512, header.Length);
        Assert.Equal("0000644\0", Encoding.ASCII.GetString(header, 100, 8));
        Assert.Equal("00000000005\0", Encoding.ASCII.GetString(header, 124, 12));
        Assert.Equal("ustar\000", Encoding.ASCII.GetString(header, 257, 8));
        Assert.Equal((byte)'0', header[156]);
        Assert.Equal(header.Select((b, i) => i is >= 148 and < 156 ? ' ' : (int)b).Sum(), Convert.ToInt32(Encoding.ASCII.GetString(header, 148, 6), 8));
    }
}
