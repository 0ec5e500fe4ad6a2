using System.Text;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Archive;
using Gantry.Server.Metadata;
using Gantry.Testing;

namespace Gantry.Server.Tests.Archive;

/// <summary>Journal files that were torn or altered: read up to where they are right, and never further.</summary>
public sealed class JournalFuzzTests
{
    private static readonly JournalRecord[] Records = [.. Enumerable.Range(1, 20).Select(i => new JournalRecord
    {
        Sequence = i,
        Kind = JournalKind.Manifest,
        Registry = "myregistry",
        Repository = RepositoryName.Parse("a/b".AsSpan()),
        Digest = Digest.Of(Encoding.UTF8.GetBytes($"{i}")),
        MediaType = MediaTypes.ImageManifest,
        Tag = Tag.Parse("latest".AsSpan()),
        Time = DateTimeOffset.UnixEpoch,
        Bytes = Encoding.UTF8.GetBytes($"{i}"),
    })];

    [Fact]
    public async Task A_file_reads_back_as_it_was_written()
    {
        var reader = new JournalReader(new MemoryStream(Write()));
        var read = await reader.ReadAsync(default).ToListAsync();
        Assert.True(reader.IsWhole);
        Assert.Equal(Records.Length, read.Count);
        var whole = Write();
        foreach (var ((record, at), i) in read.Select((pair, i) => (pair, i)))
        {
            Assert.Equal(Records[i] with { Bytes = default }, record with { Bytes = default });
            Assert.Equal(Records[i].Bytes.ToArray(), record.Bytes.ToArray());
            Assert.Equal(Records[i].Bytes.ToArray(), whole.AsSpan((int)at, record.Bytes.Length).ToArray());
        }
    }

    [Fact]
    public async Task Whatever_happens_to_a_file_only_right_records_come_out_of_it()
    {
        var whole = Write();
        await Seeded.RoundsAsync(0x10A, 3000, async chance =>
        {
            var bytes = chance.OneIn(3) ? whole[..chance.Below(whole.Length)] : chance.Mutate(whole);
            var reader = new JournalReader(new MemoryStream(bytes));
            var read = await reader.ReadAsync(default).ToListAsync();
            Assert.True(read.Count <= Records.Length);
            for (var i = 0; i < read.Count; i++)
                Assert.Equal(Records[i].Bytes.ToArray(), read[i].Record.Bytes.ToArray());
            if (!bytes.AsSpan().StartsWith(whole))
                Assert.False(reader.IsWhole);
        });
    }

    [Fact]
    public void Facts_and_names_are_read_or_refused() => Seeded.Rounds(0x10B, 10_000, chance =>
    {
        var facts = Encoding.UTF8.GetBytes("""{"seq":1,"kind":3,"registry":"r","repository":"a","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","tag":"t","locks":3,"time":5}""");
        if (JournalReader.TryParse(chance.Mutate(facts), default) is { } record)
            Assert.False(record.Repository.IsEmpty);
        var name = chance.Text(["journal/", "5f0c/", "0000000000000000001", "-", "snapshot-", "..", "/", "x"], 6);
        if (JournalFile.TryParse(name) is { } file)
            Assert.Equal(name, file.Path.ToString());
    });

    [Fact]
    public void What_was_stored_as_a_manifest_is_read_or_is_none()
    {
        var stored = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = Descriptor.Of(MediaTypes.OctetStream, "{}"u8), Layers = [Descriptor.Of(MediaTypes.OctetStream, "one"u8)] }.ToJson();
        Seeded.Rounds(0x10C, 10_000, chance =>
        {
            if (StoredDocument.Read(chance.Mutate(stored.ToArray()), chance.Of(MediaTypes.ImageManifest, MediaTypes.ImageIndex)) is { } manifest)
                Assert.All(manifest.Blobs, blob => Assert.True(blob.Size >= 0));
        });
    }

    private static byte[] Write()
    {
        var output = new MemoryStream();
        using (var writer = new JournalWriter(output))
        {
            foreach (var record in Records)
                writer.Add(record);
            writer.End();
        }
        return output.ToArray();
    }
}
