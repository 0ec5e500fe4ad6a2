using System.Text;
using Gantry.Protocol.Runs;
using Gantry.Server.Access;
using Gantry.Server.Hosting;
using Gantry.Server.Metadata;
using Gantry.Server.Runs;
using Gantry.Server.Storage;
using Gantry.Server.Tests.Registry;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Runs;

/// <summary>What becomes of runs by time alone, and after a crash.</summary>
public sealed class RunUpkeepTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private RegistryTestHost? _host;
    private SigningKeys? _keys;

    private RegistryTestHost Host => _host ?? throw new InvalidOperationException("the test has not begun");

    public async ValueTask InitializeAsync()
    {
        _host = await RegistryTestHost.StartAsync(time: _clock);
        _keys = new SigningKeys(Host.Metadata, _clock);
        await _keys.PrepareAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        _keys?.Dispose();
        await Host.DisposeAsync();
    }

    [Fact]
    public async Task A_log_that_a_crash_left_in_the_database_is_moved()
    {
        var (runs, run) = await FinishedAsync(Parts(), "one\r\n");
        await runs.Upkeep.EndAsync(default);
        var settled = (await Host.Metadata.FindRunAsync(run.Key, default))!;
        Assert.True(settled.LogStored);
        Assert.Equal("one\r\n", await ReadAsync(runs, settled));
    }

    [Fact]
    public async Task A_crash_after_the_log_was_stored_and_before_it_was_forgotten_changes_nothing()
    {
        var (runs, run) = await FinishedAsync(Parts(), "one\r\n");
        await Host.Driver.PutAsync(BlobPaths.RunLog(run.Key.Registry.Value, run.Key.Id), new MemoryStream(Encoding.UTF8.GetBytes("one\r\n")), default);
        Assert.Equal("one\r\n", await ReadAsync(runs, run));
        await runs.Upkeep.EndAsync(default);
        Assert.Equal("one\r\n", await ReadAsync(runs, run));
        await runs.Upkeep.EndAsync(default);
        Assert.Equal("one\r\n", await ReadAsync(runs, run));
    }

    [Fact]
    public async Task A_store_that_fails_keeps_nothing_from_ending_and_is_tried_again()
    {
        var failing = new FailingDriver(Host.Driver) { CommitFails = true };
        var (runs, run) = await FinishedAsync(Parts(failing), "one\r\n");
        await runs.Upkeep.EndAsync(default);
        Assert.False((await Host.Metadata.FindRunAsync(run.Key, default))!.LogStored);
        Assert.Equal("one\r\n", await ReadAsync(runs, run));
        failing.CommitFails = false;
        await runs.Upkeep.EndAsync(default);
        Assert.True((await Host.Metadata.FindRunAsync(run.Key, default))!.LogStored);
    }

    [Fact]
    public async Task Old_runs_are_forgotten_with_their_logs_and_archived_ones_stay()
    {
        var (runs, run) = await FinishedAsync(Parts(), "one\r\n");
        var (_, kept) = await FinishedAsync(runs, "two\r\n");
        await Host.Metadata.ArchiveRunAsync(kept.Key, true, default);
        await runs.Upkeep.EndAsync(default);
        _clock.Advance(BuildOptions.Default.RunRetention);
        await runs.Upkeep.ForgetAsync(default);
        Assert.NotNull(await Host.Metadata.FindRunAsync(run.Key, default));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await runs.Upkeep.ForgetAsync(default);
        Assert.Null(await Host.Metadata.FindRunAsync(run.Key, default));
        Assert.Null(await Host.Driver.StatAsync(BlobPaths.RunLog(run.Key.Registry.Value, run.Key.Id), default));
        Assert.Equal("two\r\n", await ReadAsync(runs, (await Host.Metadata.FindRunAsync(kept.Key, default))!));
    }

    [Fact]
    public async Task A_context_that_no_run_came_for_is_forgotten_after_a_day()
    {
        var runs = Parts();
        var registry = Host.Registry.Id;
        var id = await runs.Sources.AddAsync(registry, "me", default);
        await runs.Sources.PutAsync(registry, id, new MemoryStream([1]), default);
        await runs.Sources.PutBlockAsync(registry, id, new byte[] { 7 }, new MemoryStream([2]), default);
        _clock.Advance(TimeSpan.FromDays(1));
        await runs.Upkeep.ForgetAsync(default);
        Assert.NotNull(await Host.Driver.StatAsync(BlobPaths.Source(id), default));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await runs.Upkeep.ForgetAsync(default);
        Assert.Null(await Host.Metadata.FindSourceAsync(id, default));
        Assert.Null(await Host.Driver.StatAsync(BlobPaths.Source(id), default));
        Assert.Null(await Host.Driver.StatAsync(BlobPaths.SourceBlock(id, [7]), default));
    }

    private RunParts Parts(IBlobDriver? driver = null) => RunParts.Create(
        Host.Metadata, driver ?? Host.Driver, new TokenIssuer(_keys!, Guid.Empty, _clock), new RunLinks(new byte[32], TimeSpan.FromHours(9), _clock), BuildOptions.Default, _clock);

    /// <summary>Ends a run in the database alone, as a server does that dies then.</summary>
    private async ValueTask<(RunParts Runs, RunRecord Run)> FinishedAsync(RunParts runs, string log)
    {
        var request = new RunRequest { Type = RunRequest.DockerBuild, ImageNames = ["a:1"] };
        await runs.Scheduled.ScheduleAsync(Host.Registry, TestCallers.Owner, ["localhost:5000"], request, default);
        var leased = (await runs.Leases.TakeAsync("tester", TimeSpan.Zero, default))!;
        var lease = leased.Run.Lease!.Value;
        await runs.Logs.AppendAsync(lease, 0, Encoding.UTF8.GetBytes(log), default);
        return (runs, (await Host.Metadata.FinishRunAsync(lease, new RunOutcome { Status = RunStatus.Succeeded }, _clock.GetUtcNow(), default))!);
    }

    private static async ValueTask<string> ReadAsync(RunParts runs, RunRecord run)
    {
        using var text = new MemoryStream();
        await foreach (var block in runs.Logs.ReadAsync(run.Key, 0, run.LogLength, default))
            await text.WriteAsync(block);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
