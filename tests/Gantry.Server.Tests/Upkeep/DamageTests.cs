using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Storage;
using Gantry.Testing;
using Microsoft.Data.Sqlite;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>Bits that flip in blobs and in the database: found, told, served to nobody, healed by a push.</summary>
public sealed class DamageTests
{
    private const int Block = 256 * 1024;

    [Theory]
    [InlineData(10)]
    [InlineData((3 * Block) + 17)]
    public async Task A_flipped_bit_in_a_blob_is_found_by_the_scrub_and_healed_by_a_push(int size)
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1));
        var (repository, bytes) = (room.Repository("samples/artifact"), Bytes(size));
        var blob = await room.UploadAsync(repository, bytes);
        var image = await room.PushAsync(repository, "image", [blob], "1");
        Flip(room.FileOf(blob.Digest), size / 2);

        var found = await room.Scrubber.RunAsync(_ => { }, default);
        Assert.Equal((1, 1), (found.Blobs, found.Found));
        Assert.Equal([blob.Digest.ToString()], found.Damaged!);
        // Known damage has no bytes to read: it counts as damaged, and as nothing that was read.
        var again = await room.Scrubber.RunAsync(_ => { }, default);
        Assert.Equal((0, 0, 0, 1), (again.Blobs, again.Bytes, again.Found, again.DamagedCount));
        Assert.False(File.Exists(room.FileOf(blob.Digest)));
        Assert.Equal(size, new FileInfo(room.FileOf(blob.Digest).Replace($"blobs/sha256/{blob.Digest.Hex[..2]}", "quarantine/sha256")).Length);
        Assert.Equal("damaged", (await room.Keepers.FindAsync(blob.Digest, default)).State);
        Assert.Equal(ErrorCode.BlobUnknown, await RefusalAsync(() => room.PullAsync(repository, blob.Digest)));
        Assert.Equal(ErrorCode.ManifestBlobUnknown, await RefusalAsync(() => room.PushAsync(repository, "another", [blob], "2")));

        await room.UploadAsync(repository, bytes);
        Assert.Equal(bytes, await room.PullAsync(repository, blob.Digest));
        await room.DemandWholeAsync(repository, image.Digest);
        Assert.Empty((await room.Scrubber.FindStatusAsync(default)).Damaged!);
        Assert.Equal(1, (await room.Scrubber.RunAsync(_ => { }, default)).Blobs);
        Assert.Empty((await room.Checker.RunAsync(repair: false, _ => { }, default)).Findings);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Block + 5)]
    [InlineData((2 * Block) + 99)]
    public async Task A_bit_that_flips_before_the_first_pull_is_noticed_although_the_file_looks_as_it_did(int at)
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1));
        var repository = room.Repository("samples/artifact");
        var blob = await room.UploadAsync(repository, Bytes((2 * Block) + 100));
        var suspected = new List<Digest>();
        room.Content.Blobs.Suspected = served => suspected.Add(served.Digest);
        Flip(room.FileOf(blob.Digest), at);

        Assert.Null(await room.PullAsync(repository, blob.Digest));
        Assert.Null(await room.PullAsync(repository, blob.Digest, new ByteRange(5, 10)));
        Assert.Equal([blob.Digest, blob.Digest], suspected);
    }

    [Fact]
    public async Task A_blob_that_vanishes_after_it_was_verified_is_suspected()
    {
        var vanished = false;
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1), driver => new WatchedReads(driver) { Read = () => Task.FromResult(!vanished) });
        var repository = room.Repository("samples/artifact");
        var blob = await room.UploadAsync(repository, Bytes(100));
        Assert.NotNull(await room.PullAsync(repository, blob.Digest));
        var suspected = new List<Digest>();
        room.Content.Blobs.Suspected = served => suspected.Add(served.Digest);
        vanished = true;

        Assert.Null(await room.PullAsync(repository, blob.Digest));
        Assert.Equal([blob.Digest], suspected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Block + 5)]
    [InlineData((2 * Block) + 99)]
    public async Task A_pull_of_a_blob_whose_bytes_have_changed_never_comes_to_its_end(int at)
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1));
        var (repository, bytes) = (room.Repository("samples/artifact"), Bytes((2 * Block) + 100));
        var blob = await room.UploadAsync(repository, bytes);
        Assert.Equal(bytes, await room.PullAsync(repository, blob.Digest));
        var suspected = new List<Digest>();
        room.Content.Blobs.Suspected = served => suspected.Add(served.Digest);
        Flip(room.FileOf(blob.Digest), at);
        File.SetLastWriteTimeUtc(room.FileOf(blob.Digest), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Null(await room.PullAsync(repository, blob.Digest));
        Assert.Null(await room.PullAsync(repository, blob.Digest, new ByteRange(5, 10)));
        Assert.Equal([blob.Digest, blob.Digest], suspected);

        Assert.Equal(Server.Upkeep.Soundness.Wrong, await room.Quarantine.ExamineAsync(blob.Digest, blob.Size, default));
        await room.UploadAsync(repository, bytes);
        Assert.Equal(bytes[5..15], await room.PullAsync(repository, blob.Digest, new ByteRange(5, 10)));
    }

    [Fact]
    public async Task A_blob_that_is_right_after_all_stays_where_it_is()
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1));
        var (repository, bytes) = (room.Repository("samples/artifact"), Bytes(1000));
        var blob = await room.UploadAsync(repository, bytes);

        Assert.Equal(Server.Upkeep.Soundness.Whole, await room.Quarantine.ExamineAsync(blob.Digest, blob.Size, default));
        Assert.Equal(bytes, await room.PullAsync(repository, blob.Digest));
    }

    [Fact]
    public async Task Bytes_that_vanished_or_were_cut_are_found_by_the_check_and_healed_by_a_push()
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1));
        var (repository, gone, cut) = (room.Repository("samples/artifact"), Bytes(100), Bytes(200));
        var (first, second) = (await room.UploadAsync(repository, gone), await room.UploadAsync(repository, cut));
        await room.PushAsync(repository, "image", [first, second], "1");
        File.Delete(room.FileOf(first.Digest));
        await using (var file = new FileStream(room.FileOf(second.Digest), FileMode.Open))
            file.SetLength(50);

        var report = await room.Checker.RunAsync(repair: true, _ => { }, default);
        Assert.Equal((2, 2), (report.Damaged, report.Findings.Count));
        Assert.Equal(2, (await room.Scrubber.FindStatusAsync(default)).Damaged!.Count);

        await room.UploadAsync(repository, gone);
        await room.UploadAsync(repository, cut);
        Assert.Empty((await room.Checker.RunAsync(repair: false, _ => { }, default)).Findings);
        Assert.Equal(cut, await room.PullAsync(repository, second.Digest));
    }

    [Fact]
    public async Task A_flipped_bit_in_a_manifest_of_the_database_is_served_to_nobody_found_and_healed_by_a_push()
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1));
        var repository = room.Repository("samples/artifact");
        var blob = await room.UploadAsync(repository, Bytes(10));
        var image = await room.PushAsync(repository, "image", [blob], "1");
        Write(room.Database, "update manifest_content set bytes = cast(replace(cast(bytes as text), 'schemaVersion', 'schemaVersioo') as blob)");

        await Assert.ThrowsAsync<InvalidDataException>(async () => await room.Content.Manifests.FetchAsync(repository, image.Digest, default));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await room.Content.Manifests.FetchAsync(repository, Protocol.Naming.Tag.Parse("1"), default));
        var found = await room.Scrubber.RunAsync(_ => { }, default);
        Assert.Equal(1, found.Found);
        Assert.Equal([$"myregistry/samples/artifact@{image.Digest}"], found.WrongManifests!);
        Assert.Equal(1, (await room.Checker.RunAsync(repair: true, _ => { }, default)).DamagedManifests);

        await room.PushAsync(repository, "image", [blob], "1");
        await room.DemandWholeAsync(repository, image.Digest);
        Assert.Equal(0, (await room.Scrubber.RunAsync(_ => { }, default)).Found);
    }

    [Fact]
    public async Task Counts_and_marks_that_are_wrong_and_bytes_of_nobody_are_found_and_repaired()
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.Zero);
        var repository = room.Repository("samples/artifact");
        var (blob, idle) = (await room.UploadAsync(repository, Bytes(10)), await room.UploadAsync(repository, Bytes(11)));
        await room.PushAsync(repository, "image", [blob], "1");
        var orphan = Digest.Of("nobody's"u8);
        Directory.CreateDirectory(Path.GetDirectoryName(room.FileOf(orphan))!);
        await File.WriteAllTextAsync(room.FileOf(orphan), "nobody's");
        Write(room.Database, "update blob set uses = 1 - uses; update repository set tag_count = 7; update manifest set candidate = 5");

        var found = await room.Checker.RunAsync(repair: true, _ => { }, default);
        Assert.Equal((4, 1, 0, 0, true), (found.Miscounted, found.Orphans, found.Engine, found.Left, found.Repaired));
        Assert.False(File.Exists(room.FileOf(orphan)));
        Assert.Empty((await room.Checker.RunAsync(repair: false, _ => { }, default)).Findings);

        await room.CollectAsync(untagged: true);
        Assert.NotNull(await room.PullAsync(repository, blob.Digest));
        Assert.Equal(ErrorCode.BlobUnknown, await RefusalAsync(() => room.PullAsync(repository, idle.Digest)));
    }

    [Fact]
    public async Task Bytes_that_another_databases_journal_may_name_are_left_where_they_are()
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.Zero);
        var orphan = Digest.Of("of a database that was lost"u8);
        await room.Driver.PutAsync(BlobPaths.Blob(orphan), new MemoryStream("of a database that was lost"u8.ToArray()), default);
        Assert.True(BlobPath.TryOf("journal/0123456789abcdef/snapshot-0000000000000000007", out var journal));
        await room.Driver.PutAsync(journal, new MemoryStream([1]), default);

        var report = await room.Checker.RunAsync(repair: true, _ => { }, default);
        Assert.Equal((1, 1, false), (report.Orphans, report.Left, report.Repaired));
        Assert.Contains(report.Findings, finding => finding.Contains("admin rebuild --line", StringComparison.Ordinal));
        Assert.NotNull(await room.StatAsync(orphan));

        await room.Driver.DeleteAsync(journal, default);
        Assert.True((await room.Checker.RunAsync(repair: true, _ => { }, default)).Repaired);
        Assert.Null(await room.StatAsync(orphan));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Right_bytes_stay_where_the_database_has_a_wrong_size_and_the_size_is_put_right(int off)
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1));
        var (repository, bytes) = (room.Repository("samples/artifact"), Bytes(100));
        var blob = await room.UploadAsync(repository, bytes);
        Write(room.Database, $"update blob set size = size + ({off})");
        Assert.Equal(1, (await room.Checker.RunAsync(repair: false, _ => { }, default)).Damaged);

        var report = await room.Checker.RunAsync(repair: true, _ => { }, default);
        Assert.Equal((0, 1, true), (report.Damaged, report.Miscounted, report.Repaired));
        Assert.Equal(bytes, await room.PullAsync(repository, blob.Digest));

        Write(room.Database, $"update blob set size = size + ({off}), uses = 1");
        await room.UploadAsync(repository, bytes);
        Assert.Equal(bytes, await room.PullAsync(repository, blob.Digest));
        Write(room.Database, $"update blob set size = size + ({off})");
        Assert.Equal(0, (await room.Scrubber.RunAsync(_ => { }, default)).Found);
        Assert.Equal(bytes, await room.PullAsync(repository, blob.Digest));
    }

    [Fact]
    public async Task What_a_repair_could_not_do_is_told_and_counted()
    {
        var broken = true;
        await using var room = await UpkeepRoom.OpenAsync(
            TimeSpan.Zero, driver => new GatedDriver(driver, () => broken ? throw new IOException("the disk is on fire") : Task.CompletedTask));
        var orphan = Digest.Of("nobody's"u8);
        Directory.CreateDirectory(Path.GetDirectoryName(room.FileOf(orphan))!);
        await File.WriteAllTextAsync(room.FileOf(orphan), "nobody's");

        var report = await room.Checker.RunAsync(repair: true, _ => { }, default);
        Assert.Equal((1, 1, false), (report.Orphans, report.Left, report.Repaired));
        Assert.Contains(report.Findings, finding => finding.Contains("on fire", StringComparison.Ordinal));

        // What an upload holds is not moved under its feet.
        broken = false;
        var repository = room.Repository("samples/artifact");
        var blob = await room.UploadAsync(repository, Bytes(10));
        await File.WriteAllTextAsync(room.FileOf(blob.Digest), "other");
        var hold = await room.Store.HoldBlobAsync(blob.Digest, TimeSpan.FromHours(1), default);
        report = await room.Checker.RunAsync(repair: true, _ => { }, default);
        Assert.Equal((1, false), (report.Damaged, report.Repaired));
        Assert.True(report.Left >= 1);
        Assert.True(File.Exists(room.FileOf(blob.Digest)));
        await room.Store.ReleaseHoldAsync(hold!.Value, default);
    }

    [Fact]
    public async Task A_scrub_that_loses_its_lease_is_no_success()
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1));
        await room.UploadAsync(room.Repository("samples/artifact"), Bytes(10));

        await Assert.ThrowsAsync<IOException>(async () => await room.Scrubber.RunAsync(_ => Write(room.Database, "update job set fence = fence + 1"), default));
    }

    [Fact]
    public async Task A_count_that_is_too_low_does_not_cost_a_blob_that_a_manifest_names()
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.Zero);
        var repository = room.Repository("samples/artifact");
        var blob = await room.UploadAsync(repository, Bytes(10));
        await room.PushAsync(repository, "image", [blob], "1");
        Write(room.Database, "update blob set uses = 0, candidate = 1");

        var report = await room.CollectAsync();

        Assert.Equal((0, 1), (report.Blobs, report.Skipped));
        Assert.NotNull(await room.PullAsync(repository, blob.Digest));
    }

    private static byte[] Bytes(int size)
    {
        var random = new Seeded((ulong)size);
        return [.. Enumerable.Range(0, size).Select(_ => (byte)random.Below(256))];
    }

    /// <summary>As a disk does it: neither size nor time tell.</summary>
    private static void Flip(string file, long at)
    {
        var time = File.GetLastWriteTimeUtc(file);
        using var stream = new FileStream(file, FileMode.Open);
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 1));
        stream.Flush();
        stream.Dispose();
        File.SetLastWriteTimeUtc(file, time);
    }

    private static void Write(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static async Task<ErrorCode> RefusalAsync(Func<Task> act) => (await Assert.ThrowsAsync<RegistryException>(act)).Errors[0].Code;
}
