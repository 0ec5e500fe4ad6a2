using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>What the schedules have found once: a flush fails, its process ends, and the next one sees bytes that the disk never got.</summary>
public sealed class LostFlushTests
{
    private readonly CrashClock _clock = new();
    private readonly Seeded _chance = new(7);

    private Task<CrashRegistry> OpenAsync(SimulatedDisk disk) => CrashRegistry.OpenAsync(disk, _clock, checkpointPages: 2048);

    [Fact]
    public async Task A_push_that_was_answered_after_a_restart_that_followed_a_lost_flush_survives_a_power_cut()
    {
        var (image, known) = await Template.GetAsync();
        var model = known.Copy();
        var acts = new Acts(model, _chance, _clock);
        using var first = new SimulatedDisk(image);
        await using (var registry = await OpenAsync(first))
        {
            var lost = acts.Image(subject: null, ["lost"]);
            first.FailAfter(DiskFault.LostFlush, 0);
            await Assert.ThrowsAsync<IOException>(() => lost.RunAsync(registry));
            model.Add(lost, answered: false);
        }

        using var second = first.AfterKill();
        await using (var registry = await OpenAsync(second))
        {
            var answered = acts.Image(subject: null, ["answered"]);
            await answered.RunAsync(registry);
            model.Add(answered, answered: true);
            second.Cut();
        }

        using var third = second.AfterPowerCut(Survival.Nothing, _chance);
        await using var last = await OpenAsync(third);
        await model.CheckAsync(last, settle: true);
        Assert.Contains(model.Certain.Tags.Keys, tag => tag.Tag == "answered");
    }

    [Fact]
    public async Task An_upload_whose_flush_was_lost_with_its_process_is_written_anew_before_it_is_a_blob()
    {
        var (image, known) = await Template.GetAsync();
        var model = known.Copy();
        var acts = new Acts(model, _chance, _clock);
        using var first = new SimulatedDisk(image);
        await using (var registry = await OpenAsync(first))
        {
            await acts.Make("begin").RunAsync(registry);
            first.FailAfter(DiskFault.LostFlush, 0);
            first.CutAfterFault(0);
            await Assert.ThrowsAsync<IOException>(() => acts.Resume().RunAsync(registry));
        }

        using var second = first.AfterKill();
        await using (var registry = await OpenAsync(second))
        {
            var again = acts.Resume();
            await again.RunAsync(registry);
            model.Add(again, answered: true);
            second.Cut();
        }

        using var third = second.AfterPowerCut(Survival.Nothing, _chance);
        await using var last = await OpenAsync(third);
        await model.CheckAsync(last, settle: true);
    }

    [Fact]
    public async Task A_close_whose_last_checkpoint_fails_leaves_the_log_and_lets_go_of_the_database()
    {
        var (image, known) = await Template.GetAsync();
        var model = known.Copy();
        var acts = new Acts(model, _chance, _clock);
        using var disk = new SimulatedDisk(image);
        var registry = await OpenAsync(disk);
        var act = acts.Image(subject: null, ["kept"]);
        await act.RunAsync(registry);
        model.Add(act, answered: true);
        disk.FailAfter(DiskFault.Error, 0);
        await registry.DisposeAsync();

        Assert.True(disk.HasFailed);
        Assert.True(new FileInfo(disk.Root + "/data/gantry.db-wal").Length > 0);
        await using var again = await OpenAsync(disk);
        await model.CheckAsync(again, settle: true);
    }
}
