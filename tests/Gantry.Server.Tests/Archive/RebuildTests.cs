using System.Text;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Archive;
using Gantry.Server.Hosting;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;
using Gantry.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Server.Tests.Archive;

/// <summary>What is left when the database is gone: the journal and the blobs, against what the database said before.</summary>
public sealed class RebuildTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private SqliteMetadataStore? _store;
    private FileSystemBlobDriver? _driver;
    private Journal? _journal;
    private int _minute;

    private SqliteMetadataStore Store => _store!;

    private GantryServerOptions Options => new() { DataFolder = _folder.Path };

    private DateTimeOffset Now => Monday.AddMinutes(++_minute);

    public async ValueTask InitializeAsync() => await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

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
                await _journal!.WriteAsync(default);
            if (chance.OneIn(60))
                await ReopenAsync();
        }
        await _journal!.WriteAsync(default);
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
        await _driver!.PutAsync(BlobPaths.Blob(pushed.Digest), new MemoryStream("pushed"u8.ToArray()), default);
        await _driver.PutAsync(BlobPaths.Blob(Digest.Of("{}"u8)), new MemoryStream("{}"u8.ToArray()), default);
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
        await _journal!.WriteAsync(default);

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
        await _journal!.WriteAsync(default);
        await LoseAndRebuildAsync();
        await PushAsync("a", "two", Tag.Parse("2"));
        await _journal!.WriteAsync(default);
        var written = await DescribeAsync();
        Assert.Empty((await LoseAndRebuildAsync()).Losses);
        Assert.Equal(written, await DescribeAsync());
    }

    [Fact]
    public async Task A_database_put_back_from_an_older_copy_leaves_the_journal_of_its_lost_future_alone()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await _journal!.WriteAsync(default);
        await CloseAsync();
        File.Copy(_folder.Join("gantry.db"), _folder.Join("older"));
        await OpenAsync();
        await PushAsync("a", "two", Tag.Parse("1"));
        await PushAsync("future", "three", Tag.Parse("1"));
        await _journal!.WriteAsync(default);
        var future = await DescribeAsync();
        await CloseAsync();
        var old = Assert.Single(Directory.GetDirectories(_folder.Join("journal")));
        var files = Directory.GetFiles(old).Order(StringComparer.Ordinal).ToList();

        File.Move(_folder.Join("older"), _folder.Join("gantry.db"), overwrite: true);
        await OpenAsync();
        // As many changes as the lost future had, under the same numbers.
        await PushAsync("b", "four", Tag.Parse("1"));
        await PushAsync("b", "three", Tag.Parse("1"));
        await _journal!.WriteAsync(default);
        var written = await DescribeAsync();
        await CloseAsync();
        Assert.Equal(files, Directory.GetFiles(old).Order(StringComparer.Ordinal));

        var lines = Directory.GetDirectories(_folder.Join("journal"));
        Assert.Equal(2, lines.Length);
        var present = lines.Single(line => line != old);
        foreach (var (line, expected) in ((string, string)[])[(old, future), (present, written)])
        {
            Assert.Empty((await Rebuilding.RunAsync(Options, Path.GetFileName(line), force: true, TimeProvider.System, default)).Losses);
            await OpenAsync();
            Assert.Equal(expected, await DescribeAsync());
            await CloseAsync();
        }
    }

    [Fact]
    public async Task A_crash_between_a_segment_and_the_forgetting_of_its_rows_is_told_once()
    {
        await _journal!.WriteAsync(default);
        await PushAsync("a", "one", Tag.Parse("1"));
        await CloseAsync();
        File.Copy(_folder.Join("gantry.db"), _folder.Join("crashed"));
        await OpenAsync();
        await _journal!.WriteAsync(default);
        await CloseAsync();
        File.Move(_folder.Join("crashed"), _folder.Join("gantry.db"), overwrite: true);
        await OpenAsync();
        await PushAsync("a", "two", Tag.Parse("1"));
        await _journal!.WriteAsync(default);
        await PushAsync("a", "three", Tag.Parse("2"));
        await _journal!.WriteAsync(default);
        var written = await DescribeAsync();
        Assert.Single(Directory.GetDirectories(_folder.Join("journal")));
        Assert.Empty((await LoseAndRebuildAsync()).Losses);
        Assert.Equal(written, await DescribeAsync());
    }

    [Fact]
    public async Task A_node_that_was_stopped_while_another_had_the_job_writes_nothing_when_it_wakes()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        var asleep = await Store.TakeJobAsync("journal", "asleep", TimeSpan.Zero, default);
        var batch = await Store.ReadJournalAsync(10, 1000, default);
        await _journal!.WriteAsync(default);
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
    public async Task A_snapshot_that_was_noted_and_never_came_is_made_by_the_next_holder()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await _journal!.WriteAsync(default);
        var line = Assert.Single(Directory.GetDirectories(_folder.Join("journal")));
        File.Delete(Assert.Single(Directory.GetFiles(line, "snapshot-*")));
        await ReopenAsync();
        await _journal!.WriteAsync(default);
        Assert.Single(Directory.GetFiles(line, "snapshot-*"));
        var written = await DescribeAsync();
        Assert.Empty((await LoseAndRebuildAsync()).Losses);
        Assert.Equal(written, await DescribeAsync());
    }

    [Fact]
    public async Task A_tag_whose_manifest_is_lost_is_told()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await _journal!.WriteAsync(default);
        await PushAsync("a", "two", Tag.Parse("2"));
        await _journal!.WriteAsync(default);
        await CloseAsync();
        // The snapshot alone is left, with the tag's record and without the manifest's.
        var file = Directory.GetFiles(_folder.Join("journal"), "snapshot-*", SearchOption.AllDirectories).Single();
        var kept = new List<JournalRecord>();
        await using (var content = File.OpenRead(file))
        {
            await foreach (var (record, _) in new JournalReader(content).ReadAsync(default))
                kept.Add(record);
        }
        await using (var content = File.Create(file))
        {
            using var writer = new JournalWriter(content);
            kept.Where(record => record.Kind != JournalKind.Manifest).ToList().ForEach(writer.Add);
            writer.End();
        }
        var report = await LoseAndRebuildAsync();
        Assert.Contains(report.Losses, loss => loss.StartsWith("the tag a:1 of", StringComparison.Ordinal));
        Assert.Equal(1, report.Tags);
    }

    [Fact]
    public async Task An_image_gets_its_platform_back()
    {
        var config = Encoding.UTF8.GetBytes("""{"architecture":"arm64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{}}""");
        var digest = Digest.Of(config);
        var key = await KeyAsync("a");
        await _driver!.PutAsync(BlobPaths.Blob(digest), new MemoryStream(config), default);
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
        await _journal!.WriteAsync(default);
        await LoseAndRebuildAsync();
        var found = await Store.FindManifestRecordAsync(await KeyAsync("a"), image.Descriptor.Digest, default);
        Assert.Equal(("arm64", "linux"), (found!.Architecture, found.Os));
    }

    [Fact]
    public async Task A_new_database_started_by_mistake_does_not_touch_the_lost_ones_journal()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await _journal!.WriteAsync(default);
        var written = await DescribeAsync();
        await CloseAsync();
        var line = Assert.Single(Directory.GetDirectories(_folder.Join("journal")));
        File.Delete(_folder.Join("gantry.db"));
        await OpenAsync();
        await _journal!.WriteAsync(default);
        await CloseAsync();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(async () => await Rebuilding.RunAsync(Options, null, force: true, TimeProvider.System, default));
        Assert.Contains("--line", refused.Message, StringComparison.Ordinal);
        // What is refused has taken nothing away.
        Assert.Single(Directory.GetFiles(_folder.Path, "gantry.db*"));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await Rebuilding.RunAsync(Options, "nosuchline", force: true, TimeProvider.System, default));
        Assert.Equal(_folder.Join("gantry.db"), Assert.Single(Directory.GetFiles(_folder.Path, "gantry.db*")));
        await Rebuilding.RunAsync(Options, Path.GetFileName(line), force: true, TimeProvider.System, default);
        await OpenAsync();
        Assert.Equal(written, await DescribeAsync());
    }

    [Fact]
    public async Task Torn_missing_and_altered_files_are_told_and_the_rest_is_there()
    {
        // Three segments after the first snapshot: a journal that begins anew writes one each time.
        await _journal!.WriteAsync(default);
        for (var i = 0; i < 4; i++)
        {
            await PushAsync("a", $"layer {i}", Tag.Parse($"t{i}"));
            await _journal!.WriteAsync(default);
        }
        await CloseAsync();
        var files = Directory.GetFiles(_folder.Join("journal"), "0*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(4, files.Count);

        // The second is gone, the third has a flipped bit in its first record, the last one is torn after its first record.
        File.Delete(files[1]);
        var third = await File.ReadAllBytesAsync(files[2]);
        third[40] ^= 4;
        await File.WriteAllBytesAsync(files[2], third);
        using (var torn = File.OpenWrite(files[3]))
            torn.SetLength(torn.Length - 200);

        File.Delete(_folder.Join("gantry.db"));
        var report = await Rebuilding.RunAsync(Options, null, force: false, TimeProvider.System, default);
        Assert.Contains(report.Losses, loss => loss.Contains("are missing", StringComparison.Ordinal));
        Assert.Equal(2, report.Losses.Count(loss => loss.Contains("is damaged", StringComparison.Ordinal)));
        await OpenAsync();
        var found = await DescribeAsync();
        Assert.Contains("t0", found, StringComparison.Ordinal);
        Assert.DoesNotContain("t1", found, StringComparison.Ordinal);
        Assert.DoesNotContain("t2", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_blob_is_told_and_its_manifest_is_there()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await _journal!.WriteAsync(default);
        await _driver!.DeleteAsync(BlobPaths.Blob(Digest.Of("one"u8)), default);
        var report = await LoseAndRebuildAsync();
        Assert.Contains(Digest.Of("one"u8).ToString(), Assert.Single(report.Losses), StringComparison.Ordinal);
        Assert.Equal(1, report.Manifests);
    }

    [Fact]
    public async Task A_database_that_is_there_is_never_overwritten()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await _journal!.WriteAsync(default);
        await CloseAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Rebuilding.RunAsync(Options, null, force: false, TimeProvider.System, default));
        var report = await Rebuilding.RunAsync(Options, null, force: true, TimeProvider.System, default);
        Assert.True(File.Exists(report.Aside));
        File.Delete(report.Aside);
        Directory.Delete(_folder.Join("journal"), recursive: true);
        var database = await File.ReadAllBytesAsync(_folder.Join("gantry.db"));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await Rebuilding.RunAsync(Options, null, force: true, TimeProvider.System, default));
        Assert.Equal(database, await File.ReadAllBytesAsync(_folder.Join("gantry.db")));
        File.Delete(_folder.Join("gantry.db"));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await Rebuilding.RunAsync(Options, null, force: false, TimeProvider.System, default));
    }

    [Fact]
    public async Task Many_segments_become_a_snapshot()
    {
        await _journal!.WriteAsync(default);
        for (var i = 0; i < 260; i++)
        {
            await PushAsync("a", $"layer {i % 7}", Tag.Parse($"t{i % 5}"));
            await _journal!.WriteAsync(default);
        }
        Assert.InRange(Directory.GetFiles(_folder.Join("journal"), "*", SearchOption.AllDirectories).Length, 1, 20);
        var written = await DescribeAsync();
        Assert.Empty((await LoseAndRebuildAsync()).Losses);
        Assert.Equal(written, await DescribeAsync());
    }

    private async Task ActAsync(Seeded chance)
    {
        var repository = await KeyAsync(chance.Of("a", "b", "c/d"));
        var tag = Tag.Parse(chance.Of("1", "2", "3"));
        switch (chance.Below(9))
        {
            case 0:
                await Store.DeleteTagAsync(repository, tag, null, Now, default);
                break;
            case 1 when await Store.FindTagAsync(repository, tag, default) is { } named:
                await Store.DeleteManifestAsync(repository, named.Digest, chance.OneIn(2), default);
                break;
            case 2 when chance.OneIn(4):
                await Store.DeleteRepositoryAsync(repository, default);
                break;
            case 3:
                await Store.UpdateTagAsync(repository, tag, new AttributesChange { ListEnabled = chance.OneIn(2), DeleteEnabled = !chance.OneIn(6) }, Now, default);
                break;
            case 4:
                await Store.UpdateRepositoryAsync(repository, new AttributesChange { ReadEnabled = chance.OneIn(2) }, Now, default);
                break;
            case 5 when await Store.FindTagAsync(repository, tag, default) is { } named:
                await Store.UpdateManifestAsync(repository, named.Digest, new AttributesChange { WriteEnabled = chance.OneIn(2) }, Now, default);
                break;
            default:
                await PushAsync(repository.Name.ToString(), $"layer {chance.Below(6)}", chance.OneIn(5) ? null : tag);
                break;
        }
    }

    private async Task PushAsync(string repository, string layer, Tag? tag)
    {
        var key = await KeyAsync(repository);
        var bytes = Encoding.UTF8.GetBytes(layer);
        var digest = Digest.Of(bytes);
        await _driver!.PutAsync(BlobPaths.Blob(digest), new MemoryStream(bytes), default);
        await Store.LinkBlobAsync(key, digest, bytes.Length, Now, default);
        var blob = new Descriptor { MediaType = MediaTypes.OctetStream, Digest = digest, Size = bytes.Length };
        var json = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageManifest}}","artifactType":"a/b","config":{"mediaType":"{{MediaTypes.OctetStream}}","digest":"{{digest}}","size":{{bytes.Length}}},"layers":[]}""";
        await Store.CommitManifestAsync(new ManifestCommit
        {
            Repository = key,
            Content = ManifestContent.Of(MediaTypes.ImageManifest, Encoding.UTF8.GetBytes(json)),
            Tags = tag is { } name ? [name] : [],
            Blobs = [blob],
            Manifests = [],
            ImageSize = bytes.Length,
            Now = Now,
        }, default);
    }

    private async Task<RepositoryKey> KeyAsync(string repository) =>
        new((await Store.EnsureRegistryAsync("myregistry", Monday, default)).Id, RepositoryName.Parse(repository.AsSpan()));

    /// <summary>Everything that the journal promises to know, as text.</summary>
    private async Task<string> DescribeAsync()
    {
        var text = new StringBuilder();
        foreach (var name in (string[])["a", "b", "c/d", "future", "late"])
        {
            var key = await KeyAsync(name);
            if (await Store.FindRepositoryAsync(key, default) is not { } repository)
                continue;
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{name} {repository.ManifestCount} {repository.TagCount} {repository.Attributes}");
            // Those that are not listed too: each manifest is asked for by what any push could have made of it.
            foreach (var layer in Enumerable.Range(0, 7).Select(i => $"layer {i}").Concat(["one", "two", "three", "four", "late"]))
            {
                var digest = Digest.Of(Encoding.UTF8.GetBytes(layer));
                var json = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageManifest}}","artifactType":"a/b","config":{"mediaType":"{{MediaTypes.OctetStream}}","digest":"{{digest}}","size":{{layer.Length}}},"layers":[]}""";
                if (await Store.FindManifestRecordAsync(key, Digest.Of(Encoding.UTF8.GetBytes(json)), default) is { } manifest)
                    text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  {layer} {manifest.Descriptor.Digest} {manifest.Attributes} blob {await Store.FindBlobAsync(key, digest, default)}");
            }
            foreach (var tag in (string[])["1", "2", "3", "t0", "t1", "t2", "t3", "t4", "late"])
            {
                if (await Store.FindTagAsync(key, Tag.Parse(tag), default) is { } named)
                    text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  {tag} {named.Digest} {named.Attributes}");
            }
        }
        return text.ToString();
    }

    private async Task<RebuildReport> LoseAndRebuildAsync()
    {
        await CloseAsync();
        foreach (var file in Directory.GetFiles(_folder.Path, "gantry.db*"))
            File.Delete(file);
        var report = await Rebuilding.RunAsync(Options, null, force: false, TimeProvider.System, default);
        await OpenAsync();
        return report;
    }

    private async Task ReopenAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    private async Task OpenAsync()
    {
        _store = await SqliteMetadataStore.OpenAsync(_folder.Join("gantry.db"), TimeProvider.System, default);
        _driver = new FileSystemBlobDriver(_folder.Path);
        _journal = new Journal(_store, _driver, new SpoolFolder(_folder.Path), NullLogger<Journal>.Instance);
    }

    private async Task CloseAsync()
    {
        if (_store is null)
            return;
        await _journal!.ReleaseAsync(default);
        await _store.DisposeAsync();
        await _driver!.DisposeAsync();
        _store = null;
    }
}
