using System.Text;
using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Server.Audit;
using Gantry.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Server.Tests.Audit;

public sealed class AuditTrailTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task What_was_added_is_in_the_file_in_order_and_in_the_copy()
    {
        var copy = new MemoryStream();
        await using (var trail = Trail(AuditOptions.Default, copy))
        {
            for (var i = 0; i < 5000; i++)
                trail.Add(new Happened($"{i}"));
            await trail.FlushAsync(default);
            Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"{i}"), Written().Select(record => record.ResultDescription));
            trail.Add(new Happened("last"));
        }
        // Closing writes what is left.
        Assert.Equal("last", Written()[^1].ResultDescription);
        Assert.Equal(5001, Encoding.UTF8.GetString(copy.ToArray()).Count('\n'));
    }

    [Fact]
    public async Task What_finds_no_room_becomes_a_gap_that_says_how_much_it_was()
    {
        using var gate = new ManualResetEventSlim();
        await using (var trail = Trail(AuditOptions.Default with { MaxWaiting = 10 }))
        {
            trail.Add(new Happened("first", gate));
            for (var i = 0; i < 100; i++)
                trail.Add(new Happened($"{i}"));
            gate.Set();
            await trail.FlushAsync(default);
            trail.Add(new Happened("after"));
        }
        var records = Written();
        var gap = Assert.Single(records, record => record.OperationName == AuditOperation.Gap);
        Assert.Equal(("Gap", "91 records are missing here"), (gap.ResultType, gap.ResultDescription));
        Assert.Equal(10 + 1 + 1, records.Count);
    }

    [Fact]
    public async Task In_strict_mode_what_changes_something_waits_for_room_and_is_never_left_out()
    {
        using var gate = new ManualResetEventSlim();
        await using (var trail = Trail(AuditOptions.Default with { MaxWaiting = 2, Mode = AuditMode.Strict }))
        {
            await trail.WaitForRoomAsync(default);
            trail.Add(new Happened("0", gate), surely: true);
            trail.Add(new Happened("1"), surely: true);
            var waiting = trail.WaitForRoomAsync(default).AsTask();
            Assert.False(waiting.IsCompleted);
            // It was let in before the others came.
            trail.Add(new Happened("2"), surely: true);
            gate.Set();
            await waiting;
        }
        Assert.Equal(["0", "1", "2"], Written().Select(record => record.ResultDescription));
    }

    [Fact]
    public async Task A_folder_that_is_gone_costs_records_and_not_the_server()
    {
        await using (var trail = Trail(AuditOptions.Default))
        {
            Directory.Delete(_folder.Join("audit"));
            await File.WriteAllTextAsync(_folder.Join("audit"), "in the way");
            trail.Add(new Happened("lost"));
            await trail.FlushAsync(default);
            File.Delete(_folder.Join("audit"));
            Directory.CreateDirectory(_folder.Join("audit"));
            trail.Add(new Happened("kept"));
            while (!Directory.EnumerateFiles(_folder.Join("audit")).Any())
                await trail.FlushAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(["1 records are missing here", "kept"], Written().Select(record => record.ResultDescription).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_lost_is_counted_over_as_many_failures_as_come()
    {
        await using (var trail = Trail(AuditOptions.Default))
        {
            Directory.Delete(_folder.Join("audit"));
            await File.WriteAllTextAsync(_folder.Join("audit"), "in the way");
            for (var round = 0; round < 3; round++)
            {
                for (var i = 0; i < 10; i++)
                    trail.Add(new Happened("lost"));
                await trail.FlushAsync(TestContext.Current.CancellationToken);
            }
            File.Delete(_folder.Join("audit"));
            Directory.CreateDirectory(_folder.Join("audit"));
            while (!Directory.EnumerateFiles(_folder.Join("audit")).Any())
                await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        Assert.Equal("30 records are missing here", Assert.Single(Written()).ResultDescription);
    }

    [Fact]
    public async Task In_strict_mode_nothing_more_is_begun_once_a_record_could_not_be_written()
    {
        await using var trail = Trail(AuditOptions.Default with { Mode = AuditMode.Strict });
        Assert.True(await trail.WaitForRoomAsync(default));
        Directory.Delete(_folder.Join("audit"));
        await File.WriteAllTextAsync(_folder.Join("audit"), "in the way");
        trail.Add(new Happened("late"), surely: true);
        while (await trail.WaitForRoomAsync(TestContext.Current.CancellationToken))
            await Task.Delay(10, TestContext.Current.CancellationToken);

        File.Delete(_folder.Join("audit"));
        Directory.CreateDirectory(_folder.Join("audit"));
        while (!await trail.WaitForRoomAsync(TestContext.Current.CancellationToken))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal("late", Assert.Single(Written()).ResultDescription);
    }

    [Fact]
    public async Task Who_waits_for_room_is_told_of_each_that_comes()
    {
        await using var trail = Trail(AuditOptions.Default with { MaxWaiting = 1, Mode = AuditMode.Strict });
        for (var round = 0; round < 20; round++)
        {
            trail.Add(new Happened("x"), surely: true);
            var waiting = Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await trail.WaitForRoomAsync(default))).ToArray();
            await trail.FlushAsync(TestContext.Current.CancellationToken);
            Assert.All(await Task.WhenAll(waiting), Assert.True);
        }
    }

    [Fact]
    public async Task A_copy_that_its_shipper_cut_goes_on_at_its_beginning()
    {
        var path = _folder.Join("copy");
        await using (var trail = Trail(AuditOptions.Default, AuditFiles.OpenCopy(path)))
        {
            trail.Add(new Happened("before"));
            await trail.FlushAsync(TestContext.Current.CancellationToken);
            await using (var shipper = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                shipper.SetLength(0);
            trail.Add(new Happened("after"));
        }
        var line = Assert.Single(ReadLines(path));
        Assert.Contains("after", line, StringComparison.Ordinal);
        Assert.StartsWith("{", line, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private AuditTrail Trail(AuditOptions options, Stream? copy = null) =>
        new(options, new AuditFiles(_folder.Join("audit"), options), copy, TimeProvider.System, NullLogger.Instance);

    private List<AuditRecord> Written() =>
    [
        .. Directory.GetFiles(_folder.Join("audit")).Order(StringComparer.Ordinal).SelectMany(ReadLines).Select(line => JsonSerializer.Deserialize(line, WireJson.Wire.AuditRecord)!),
    ];

    private static string[] ReadLines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Something that happened; the writer stops at it until the gate opens.</summary>
    private sealed class Happened(string word, ManualResetEventSlim? gate = null) : IAuditEvent
    {
        public void WriteTo(Utf8JsonWriter json)
        {
            gate?.Wait(TestContext.Current.CancellationToken);
            var record = new AuditRecord { TimeGenerated = DateTimeOffset.UnixEpoch, OperationName = AuditOperation.Push, ResultType = "HttpStatusCode", ResultDescription = word };
            JsonSerializer.Serialize(json, record, WireJson.Wire.AuditRecord);
        }
    }
}
