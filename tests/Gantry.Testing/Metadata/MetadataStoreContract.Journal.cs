using Gantry.Protocol.Acr;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task The_journal_hears_of_every_change_once_and_in_its_order()
    {
        var manifest = await PushAsync(Samples, "one", Monday, "1.0");
        await Store.UpdateTagAsync(Samples, TagOf("1.0"), Lock(delete: false), After(1), default);
        await Store.UpdateTagAsync(Samples, TagOf("1.0"), Lock(delete: true), After(2), default);
        await Store.UpdateManifestAsync(Samples, manifest, Lock(list: false), After(3), default);
        await Store.UpdateRepositoryAsync(Samples, Lock(read: false), After(4), default);
        await Store.DeleteTagAsync(Samples, TagOf("1.0"), null, After(5), default);
        await Store.DeleteManifestAsync(Samples, manifest, withReferrers: false, default);
        await PushAsync(Samples, "two", After(6));
        await Store.DeleteRepositoryAsync(Samples, default);

        JournalKind[] kinds =
        [
            JournalKind.Manifest, JournalKind.Tag, JournalKind.TagLocks, JournalKind.TagLocks, JournalKind.ManifestLocks, JournalKind.RepositoryLocks,
            JournalKind.TagGone, JournalKind.ManifestGone, JournalKind.Manifest, JournalKind.ManifestGone, JournalKind.RepositoryGone,
        ];
        var all = await Store.ReadJournalAsync(100, long.MaxValue, default);
        Assert.Equal(kinds, all.Records.Select(record => record.Kind));
        Assert.Equal(Enumerable.Range(1, kinds.Length).Select(i => (long)i), all.Records.Select(record => record.Sequence));
        Assert.Equal(("", 1, -1, 0), (all.Line, all.Next, all.Snapshot, all.Segments));
        Assert.All(all.Records, record => Assert.Equal(("myregistry", Samples.Name), (record.Registry, record.Repository)));
        Assert.Equal((manifest, TagOf("1.0"), Monday), (all.Records[1].Digest!.Value, all.Records[1].Tag!.Value, all.Records[1].Time));
        Assert.Equal(new ChangeableAttributes { DeleteEnabled = false }, all.Records[2].Locks);
        // Its manifest had gone again.
        Assert.True(all.Records[0].Bytes.IsEmpty);

        var lease = await TakeJobAsync("journal", "one", Long);
        var first = await Store.ReadJournalAsync(4, long.MaxValue, default);
        Assert.Equal(4, first.Records.Count);
        Assert.True(await Store.ForgetJournalAsync(lease, first, default));
        Assert.False(await Store.ForgetJournalAsync(lease, first, default));
        var rest = await Store.ReadJournalAsync(100, long.MaxValue, default);
        Assert.Equal(kinds[4..], rest.Records.Select(record => record.Kind));
        Assert.Equal((5, 5, 1), (rest.Records[0].Sequence, rest.Next, rest.Segments));
    }

    [Fact]
    public async Task A_snapshot_has_every_manifest_tag_and_lock_and_says_what_it_covers()
    {
        var manifest = await PushAsync(Samples, "one", Monday, "1.0");
        await PushAsync(Repository("samples/other"), "two", Monday);
        await Store.UpdateRepositoryAsync(Samples, Lock(delete: false), After(1), default);

        var records = new List<JournalRecord>();
        var covers = await Store.ReadSnapshotAsync(records.Clear, records.Add, default);
        Assert.Equal(4, covers);
        Assert.Equal([JournalKind.Manifest, JournalKind.Manifest, JournalKind.Tag, JournalKind.RepositoryLocks], records.Select(record => record.Kind));
        Assert.All(records, record => Assert.Equal(covers, record.Sequence));
        Assert.Equal(Content("one").Bytes.ToArray(), records[0].Bytes.ToArray());
        Assert.Equal((manifest, Content("one").Descriptor.MediaType), (records[0].Digest!.Value, records[0].MediaType!.Value));
        Assert.Equal((manifest, TagOf("1.0")), (records[2].Digest!.Value, records[2].Tag!.Value));
        Assert.Equal((new ChangeableAttributes { DeleteEnabled = false }, After(1)), (records[3].Locks, records[3].Time));

        // A page ends with the record that is more than its bytes.
        Assert.Single((await Store.ReadJournalAsync(100, 1, default)).Records);
    }

    [Fact]
    public async Task The_journals_lines_and_snapshots_are_noted_by_whoever_has_its_lease()
    {
        await PushAsync(Samples, "one", Monday);
        var lost = await TakeJobAsync("journal", "lost", Long);
        await Store.ReleaseJobAsync(lost, default);
        var lease = await TakeJobAsync("journal", "one", Long);
        Assert.False(await Store.BeginJournalAsync(lost, "other", default));
        Assert.False(await Store.SetSnapshotAsync(lost, 1, default));
        Assert.False(await Store.ForgetJournalAsync(lost, await Store.ReadJournalAsync(10, long.MaxValue, default), default));

        Assert.True(await Store.BeginJournalAsync(lease, "line", default));
        Assert.True(await Store.ForgetJournalAsync(lease, await Store.ReadJournalAsync(10, long.MaxValue, default), default));
        Assert.True(await Store.SetSnapshotAsync(lease, 1, default));
        Assert.False(await Store.SetSnapshotAsync(lease, 0, default));
        await PushAsync(Samples, "two", Monday);
        Assert.Equal(("line", 2, 1, 0, 1), StateOf(await Store.ReadJournalAsync(10, long.MaxValue, default)));

        await Store.ContinueJournalAsync("earlier", 70, 60, 3, default);
        Assert.Equal(("earlier", 70, 60, 3, 0), StateOf(await Store.ReadJournalAsync(10, long.MaxValue, default)));

        static (string Line, long Next, long Snapshot, long Segments, int Records) StateOf(JournalBatch batch) =>
            (batch.Line, batch.Next, batch.Snapshot, batch.Segments, batch.Records.Count);
    }
}
