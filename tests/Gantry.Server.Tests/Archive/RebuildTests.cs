using System.Text;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Archive;
using Gantry.Server.Hosting;
using Gantry.Server.Metadata;

namespace Gantry.Server.Tests.Archive;

/// <summary>Journals and databases in files that are torn, altered, mistaken for others or in the way.</summary>
public sealed class RebuildTests : RebuildTest
{
    [Fact]
    public async Task A_database_put_back_from_an_older_copy_leaves_the_journal_of_its_lost_future_alone()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        await CloseAsync();
        File.Copy(Path.Join(Folder, "gantry.db"), Path.Join(Folder, "older"));
        await OpenAsync();
        await PushAsync("a", "two", Tag.Parse("1"));
        await PushAsync("future", "three", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        var future = await DescribeAsync();
        await CloseAsync();
        var old = Assert.Single(Directory.GetDirectories(Path.Join(Folder, "journal")));
        var files = Directory.GetFiles(old).Order(StringComparer.Ordinal).ToList();

        File.Move(Path.Join(Folder, "older"), Path.Join(Folder, "gantry.db"), overwrite: true);
        await OpenAsync();
        // As many changes as the lost future had, under the same numbers.
        await PushAsync("b", "four", Tag.Parse("1"));
        await PushAsync("b", "three", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        var written = await DescribeAsync();
        await CloseAsync();
        Assert.Equal(files, Directory.GetFiles(old).Order(StringComparer.Ordinal));

        var lines = Directory.GetDirectories(Path.Join(Folder, "journal"));
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
        await Journal.WriteAsync(default);
        await PushAsync("a", "one", Tag.Parse("1"));
        await CloseAsync();
        File.Copy(Path.Join(Folder, "gantry.db"), Path.Join(Folder, "crashed"));
        await OpenAsync();
        await Journal.WriteAsync(default);
        await CloseAsync();
        File.Move(Path.Join(Folder, "crashed"), Path.Join(Folder, "gantry.db"), overwrite: true);
        await OpenAsync();
        await PushAsync("a", "two", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        await PushAsync("a", "three", Tag.Parse("2"));
        await Journal.WriteAsync(default);
        var written = await DescribeAsync();
        Assert.Single(Directory.GetDirectories(Path.Join(Folder, "journal")));
        Assert.Empty((await LoseAndRebuildAsync()).Losses);
        Assert.Equal(written, await DescribeAsync());
    }

    [Fact]
    public async Task A_snapshot_that_was_noted_and_never_came_is_made_by_the_next_holder()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        var line = Assert.Single(Directory.GetDirectories(Path.Join(Folder, "journal")));
        File.Delete(Assert.Single(Directory.GetFiles(line, "snapshot-*")));
        await ReopenAsync();
        await Journal.WriteAsync(default);
        Assert.Single(Directory.GetFiles(line, "snapshot-*"));
        var written = await DescribeAsync();
        Assert.Empty((await LoseAndRebuildAsync()).Losses);
        Assert.Equal(written, await DescribeAsync());
    }

    [Fact]
    public async Task A_tag_whose_manifest_is_lost_is_told()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        await PushAsync("a", "two", Tag.Parse("2"));
        await Journal.WriteAsync(default);
        await CloseAsync();
        // The snapshot alone is left, with the tag's record and without the manifest's.
        var file = Directory.GetFiles(Path.Join(Folder, "journal"), "snapshot-*", SearchOption.AllDirectories).Single();
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
    public async Task A_new_database_started_by_mistake_does_not_touch_the_lost_ones_journal()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        var written = await DescribeAsync();
        await CloseAsync();
        var line = Assert.Single(Directory.GetDirectories(Path.Join(Folder, "journal")));
        File.Delete(Path.Join(Folder, "gantry.db"));
        await OpenAsync();
        await Journal.WriteAsync(default);
        await CloseAsync();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(async () => await Rebuilding.RunAsync(Options, null, force: true, TimeProvider.System, default));
        Assert.Contains("--line", refused.Message, StringComparison.Ordinal);
        // What is refused has taken nothing away.
        Assert.Single(Directory.GetFiles(Folder, "gantry.db*"));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await Rebuilding.RunAsync(Options, "nosuchline", force: true, TimeProvider.System, default));
        Assert.Equal(Path.Join(Folder, "gantry.db"), Assert.Single(Directory.GetFiles(Folder, "gantry.db*")));
        await Rebuilding.RunAsync(Options, Path.GetFileName(line), force: true, TimeProvider.System, default);
        await OpenAsync();
        Assert.Equal(written, await DescribeAsync());
    }

    [Fact]
    public async Task A_journal_of_which_nothing_can_be_read_rebuilds_nothing_and_touches_nothing()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        await CloseAsync();
        var file = Assert.Single(Directory.GetFiles(Path.Join(Folder, "journal"), "*", SearchOption.AllDirectories));
        var altered = await File.ReadAllBytesAsync(file);
        altered[40] ^= 4;
        await File.WriteAllBytesAsync(file, altered);
        // All but the lock of whoever has it open.
        IEnumerable<string> Files() => Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith("/lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var before = Files().ToList();

        var refused = await Assert.ThrowsAsync<InvalidDataException>(async () => await Rebuilding.RunAsync(Options, null, force: true, TimeProvider.System, default));

        Assert.Contains("nothing can be rebuilt", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Files());
        Assert.Equal(altered, await File.ReadAllBytesAsync(file));
        await OpenAsync();
    }

    [Fact]
    public async Task Torn_missing_and_altered_files_are_told_and_the_rest_is_there()
    {
        // Three segments after the first snapshot: a journal that begins anew writes one each time.
        await Journal.WriteAsync(default);
        for (var i = 0; i < 4; i++)
        {
            await PushAsync("a", $"layer {i}", Tag.Parse($"t{i}"));
            await Journal.WriteAsync(default);
        }
        await CloseAsync();
        var files = Directory.GetFiles(Path.Join(Folder, "journal"), "0*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(4, files.Count);

        // The second is gone, the third has a flipped bit in its first record, the last one is torn after its first record.
        File.Delete(files[1]);
        var third = await File.ReadAllBytesAsync(files[2]);
        third[40] ^= 4;
        await File.WriteAllBytesAsync(files[2], third);
        using (var torn = File.OpenWrite(files[3]))
            torn.SetLength(torn.Length - 200);

        File.Delete(Path.Join(Folder, "gantry.db"));
        var report = await Rebuilding.RunAsync(Options, null, force: false, TimeProvider.System, default);
        Assert.Contains(report.Losses, loss => loss.Contains("are missing", StringComparison.Ordinal));
        Assert.Equal(2, report.Losses.Count(loss => loss.Contains("is damaged", StringComparison.Ordinal)));
        await OpenAsync();
        var found = await DescribeAsync();
        Assert.Contains("t0", found, StringComparison.Ordinal);
        Assert.DoesNotContain("t1", found, StringComparison.Ordinal);
        Assert.DoesNotContain("t2", found, StringComparison.Ordinal);

        // What the hole may have named is left alone: the old journal stays, beside that of the new database.
        await Journal.WriteAsync(default);
        Assert.Equal(2, Directory.GetDirectories(Path.Join(Folder, "journal")).Length);
        Assert.True(await JournalFile.HasForeignLineAsync(Driver, Store, default));
    }

    [Fact]
    public async Task A_database_that_is_there_is_never_overwritten()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        await CloseAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Rebuilding.RunAsync(Options, null, force: false, TimeProvider.System, default));
        var report = await Rebuilding.RunAsync(Options, null, force: true, TimeProvider.System, default);
        Assert.True(File.Exists(report.Aside));
        File.Delete(report.Aside);
        Directory.Delete(Path.Join(Folder, "journal"), recursive: true);
        var database = await File.ReadAllBytesAsync(Path.Join(Folder, "gantry.db"));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await Rebuilding.RunAsync(Options, null, force: true, TimeProvider.System, default));
        Assert.Equal(database, await File.ReadAllBytesAsync(Path.Join(Folder, "gantry.db")));
        File.Delete(Path.Join(Folder, "gantry.db"));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await Rebuilding.RunAsync(Options, null, force: false, TimeProvider.System, default));
    }

    [Fact]
    public async Task A_manifest_beyond_the_bounds_of_today_is_rebuilt_and_one_that_nobody_can_read_is_told()
    {
        var key = await KeyAsync("a");
        var deep = ManifestContent.Of(MediaTypes.ImageIndex, Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageIndex}}","manifests":[],"foreign":{{new string('[', 200)}}{{new string(']', 200)}}}"""));
        var unreadable = ManifestContent.Of(MediaTypes.ImageIndex, "no manifest"u8.ToArray());
        foreach (var (content, tag) in ((ManifestContent, string)[])[(deep, "1"), (unreadable, "2")])
            await Store.CommitManifestAsync(new ManifestCommit { Repository = key, Content = content, Tags = [Tag.Parse(tag)], Blobs = [], Manifests = [], ImageSize = 0, Now = Now }, default);
        await Journal.WriteAsync(default);

        var report = await LoseAndRebuildAsync();

        Assert.Equal((1, 1), (report.Manifests, report.Tags));
        Assert.Contains(report.Losses, loss => loss == $"the manifest a@{unreadable.Descriptor.Digest}: it cannot be read");
        Assert.NotNull(await Store.FindManifestRecordAsync(await KeyAsync("a"), deep.Descriptor.Digest, default));
    }

    [Fact]
    public async Task A_rebuild_that_is_told_to_stop_ends_so_and_says_where_the_old_database_is()
    {
        await PushAsync("a", "one", Tag.Parse("1"));
        await Journal.WriteAsync(default);
        await CloseAsync();
        using var stop = new CancellationTokenSource();

        // The clock is asked when the old database is moved.
        var stopped = await Assert.ThrowsAsync<RebuildStoppedException>(async () => await Rebuilding.RunAsync(Options, null, force: true, new StoppingClock(stop), stop.Token));

        Assert.Equal(stop.Token, stopped.CancellationToken);
        var aside = Assert.Single(Directory.GetFiles(Folder, "gantry.db.aside-*"));
        Assert.Contains(aside, stopped.Message, StringComparison.Ordinal);
    }

    private sealed class StoppingClock(CancellationTokenSource stop) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            stop.Cancel();
            return base.GetUtcNow();
        }
    }

    [Fact]
    public async Task Many_segments_become_a_snapshot()
    {
        await Journal.WriteAsync(default);
        for (var i = 0; i < 260; i++)
        {
            await PushAsync("a", $"layer {i % 7}", Tag.Parse($"t{i % 5}"));
            await Journal.WriteAsync(default);
        }
        Assert.InRange(Directory.GetFiles(Path.Join(Folder, "journal"), "*", SearchOption.AllDirectories).Length, 1, 20);
        var written = await DescribeAsync();
        Assert.Empty((await LoseAndRebuildAsync()).Losses);
        Assert.Equal(written, await DescribeAsync());
    }
}
