using System.Text;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Archive;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;
using Gantry.Testing;

namespace Gantry.Server.Tests.Archive;

/// <summary>What is left when the database is gone: the journal and the blobs, against what the database said before.</summary>
public class LostDatabaseTests : RebuildTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_rebuilt_database_says_what_the_lost_one_said_when_the_journal_was_last_written(ulong seed)
    {
        var chance = new Seeded(seed);
        for (var i = 0; i < 150; i++)
        {
            await ActAsync(chance);
            if (chance.OneIn(20))
                await Journal.WriteAsync(default);
            if (chance.OneIn(60))
                await ReopenAsync();
        }
        await Journal.WriteAsync(default);
        var written = await DescribeAsync();

        // What comes after is what may be missed.
        await PushAsync("late", "late", Tag.Parse("late"));
        var report = await LoseAndRebuildAsync();
        Assert.Empty(report.Losses);
        Assert.Equal(written, await DescribeAsync());
        Assert.True(report.MayMissSeconds >= 20);
    }

    [Fact]
    public async Task A_layer_that_may_not_be_distributed_is_no_loss_where_it_is_missing_and_is_kept_where_it_is_there()
    {
        var key = await KeyAsync("a");
        var (pushed, absent) = (Descriptor.Of(MediaTypes.NonDistributableLayerGzip, "pushed"u8), Descriptor.Of(MediaTypes.NonDistributableLayerGzip, "absent"u8));
        await Driver.PutAsync(BlobPaths.Blob(pushed.Digest), new MemoryStream("pushed"u8.ToArray()), default);
        await Driver.PutAsync(BlobPaths.Blob(Digest.Of("{}"u8)), new MemoryStream("{}"u8.ToArray()), default);
        await Store.LinkBlobAsync(key, Digest.Of("{}"u8), 2, Now, default);
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = Descriptor.Of(MediaTypes.OctetStream, "{}"u8), Layers = [pushed, absent] };
        await Store.CommitManifestAsync(new ManifestCommit
        {
            Repository = key,
            Content = ManifestContent.Of(MediaTypes.ImageManifest, manifest.ToJson()),
            Tags = [],
            Blobs = [manifest.Config],
            Awaited = [pushed.Digest, absent.Digest],
            Manifests = [],
            ImageSize = 14,
            Now = Now,
        }, default);
        await Journal.WriteAsync(default);

        Assert.Empty((await LoseAndRebuildAsync()).Losses);

        key = await KeyAsync("a");
        Assert.Equal(CommitOutcome.InUse, await Store.UnlinkBlobAsync(key, pushed.Digest, default));
        await Store.LinkBlobAsync(key, absent.Digest, absent.Size, Now, default);
        Assert.Equal(CommitOutcome.InUse, await Store.UnlinkBlobAsync(key, absent.Digest, default));
    }

    [Fact]
    public async Task A_rebuilt_database_journals_on_and_is_rebuilt_again()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        await LoseAndRebuildAsync();
        await PushAsync("a", "two", Tag.Parse("2"));
        await Journal.WriteAsync(default);
        var written = await DescribeAsync();
        Assert.Empty((await LoseAndRebuildAsync()).Losses);
        Assert.Equal(written, await DescribeAsync());
    }

    [Fact]
    public async Task A_journal_is_foreign_to_any_database_but_its_own()
    {
        Assert.False(await JournalFile.HasForeignLineAsync(Driver, Store, default));
        await PushAsync("a", "one", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        Assert.False(await JournalFile.HasForeignLineAsync(Driver, Store, default));

        await LoseAsync();
        Assert.True(await JournalFile.HasForeignLineAsync(Driver, Store, default));
        await Journal.WriteAsync(default);
        Assert.True(await JournalFile.HasForeignLineAsync(Driver, Store, default));
    }

    [Fact]
    public async Task A_node_that_was_stopped_while_another_had_the_job_writes_nothing_when_it_wakes()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        var asleep = await Store.TakeJobAsync("journal", "asleep", TimeSpan.Zero, default);
        var batch = await Store.ReadJournalAsync(10, 1000, default);
        await Journal.WriteAsync(default);
        var before = await Store.ReadJournalAsync(10, 1000, default);
        await PushAsync("a", "two", Tag.Parse("1"));
        Assert.False(await Store.ForgetJournalAsync(asleep!, batch with { Next = before.Next }, default));
        Assert.False(await Store.SetSnapshotAsync(asleep!, 1000, default));
        Assert.False(await Store.BeginJournalAsync(asleep!, "theirs", default));
        var after = await Store.ReadJournalAsync(10, 1000, default);
        Assert.Equal(before with { Records = [], LastRow = 0 }, after with { Records = [], LastRow = 0 });
        Assert.NotEmpty(after.Records);
    }

    [Fact]
    public async Task An_image_gets_its_platform_back()
    {
        var config = Encoding.UTF8.GetBytes("""{"architecture":"arm64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{}}""");
        var digest = Digest.Of(config);
        var key = await KeyAsync("a");
        await Driver.PutAsync(BlobPaths.Blob(digest), new MemoryStream(config), default);
        await Store.LinkBlobAsync(key, digest, config.Length, Now, default);
        var image = ManifestContent.Of(MediaTypes.ImageManifest, Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageManifest}}","config":{"mediaType":"{{MediaTypes.ImageConfig}}","digest":"{{digest}}","size":{{config.Length}}},"layers":[]}"""));
        await Store.CommitManifestAsync(new ManifestCommit
        {
            Repository = key,
            Content = image,
            Tags = [],
            Blobs = [new Descriptor { MediaType = MediaTypes.ImageConfig, Digest = digest, Size = config.Length }],
            Manifests = [],
            ImageSize = config.Length,
            Now = Now,
        }, default);
        await Journal.WriteAsync(default);
        await LoseAndRebuildAsync();
        var found = await Store.FindManifestRecordAsync(await KeyAsync("a"), image.Descriptor.Digest, default);
        Assert.Equal(("arm64", "linux"), (found!.Architecture, found.Os));
    }

    [Fact]
    public async Task A_missing_blob_is_told_and_marked_and_a_push_to_one_repository_heals_all_that_name_it()
    {
        var lost = Digest.Of("one"u8);
        await PushAsync("a", "one", Tag.Parse("1"));
        await PushAsync("b", "one", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        await Driver.DeleteAsync(BlobPaths.Blob(lost), default);

        var report = await LoseAndRebuildAsync();
        Assert.Contains(lost.ToString(), Assert.Single(report.Losses), StringComparison.Ordinal);
        Assert.Equal(2, report.Manifests);
        Assert.Equal(lost, Assert.Single(await Store.ListDamagedAsync(10, default)).Digest);
        Assert.Null(await Store.FindBlobAsync(await KeyAsync("a"), lost, default));

        await PushAsync("elsewhere", "one", null);
        Assert.Equal(3, await Store.FindBlobAsync(await KeyAsync("a"), lost, default));
        Assert.Equal(3, await Store.FindBlobAsync(await KeyAsync("b"), lost, default));
        // Both manifests count it: no collection takes it from under them.
        Assert.Equal(CommitOutcome.InUse, await Store.UnlinkBlobAsync(await KeyAsync("a"), lost, default));
        Assert.Empty(await Store.ListCandidatesAsync(TimeSpan.Zero, null, 10, default));
    }
}
