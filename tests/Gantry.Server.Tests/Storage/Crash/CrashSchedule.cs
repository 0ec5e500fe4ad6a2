using System.Globalization;
using System.Runtime.ExceptionServices;
using Gantry.Protocol.Distribution;
using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>One seeded story: a registry, an operation, a point in it, and what happens there; then restarts, and checks.</summary>
/// <remarks><code>
///   (1) template ─► (2) a few acts ─► (3) the operation, cut or hurt at a step ─► (4) acts beside the fault ─► (5) power cut ─► (6) check, and work on
///                                                       └──── kill ─► (7) another process on the same disk, check, acts ────────┘
/// </code>
/// <see cref="CrashPlan"/> says which operation, ending and point; everything else is drawn from its seed.
/// </remarks>
internal sealed class CrashSchedule : IDisposable
{
    private readonly CrashClock _clock = new();
    private readonly Seeded _chance;
    private readonly RegistryModel _model;
    private readonly Acts _acts;
    private readonly string _operation;
    private readonly Ending _ending;
    private readonly CrashLives _lives;
    private int _steps;
    private int _looks;
    private bool _hasStruck;

    private CrashSchedule(string operation, Ending ending, Seeded chance, Template template)
    {
        (_operation, _ending, _chance) = (operation, ending, chance);
        _model = operation == "first start" ? new RegistryModel() : template.Model.Copy();
        _acts = new Acts(_model, chance, _clock);
        _lives = new CrashLives(new SimulatedDisk(operation == "first start" ? null : template.Image), chance, _clock);
    }

    /// <summary>How far the operation came: in looks where one of them was to fail, else in steps.</summary>
    private int Done => _ending.Fault is DiskFault.ReadError ? _looks : _steps;

    /// <summary>Runs the schedule of a number.</summary>
    public static async Task<CrashHit> RunAsync(int number)
    {
        var plan = CrashPlan.Of(number);
        var template = await Template.GetAsync();
        var (steps, looks) = await MeasureAsync(plan, template);
        var point = plan.PointOf((plan.Ending.Fault is DiskFault.ReadError ? looks : steps) + 1);
        using var schedule = new CrashSchedule(plan.Operation, plan.Ending, new Seeded(plan.Seed), template);
        try
        {
            await schedule.PlayAsync(point);
            return new CrashHit(plan.Operation, plan.Ending, Math.Min(point, schedule.Done), plan.Ending.Fault is DiskFault.ReadError ? looks : steps, schedule._hasStruck);
        }
        catch (Exception e)
        {
            throw new CrashFailedException(string.Create(CultureInfo.InvariantCulture,
                $"schedule {number} ({plan.Operation}, {plan.Ending.Name} at step {point} of {steps}) failed; GANTRY_CRASH_SEED={number} replays it\n{schedule._lives.Story}\nlast disk:\n{schedule._lives.Disk.Trace}\n"), e);
        }
    }

    /// <summary>Steps and looks of the very operation that the schedule will cut, when nothing happens: how many depends on what came before it.</summary>
    private static async Task<(int Steps, int Looks)> MeasureAsync(CrashPlan plan, Template template)
    {
        using var schedule = new CrashSchedule(plan.Operation, new Ending("none"), new Seeded(plan.Seed), template);
        try
        {
            await schedule.PrepareAsync();
            await schedule.OperateAsync(int.MaxValue / 2);
            return (schedule._steps, schedule._looks);
        }
        finally
        {
            await schedule._lives.EndAsync();
        }
    }

    private async Task PlayAsync(int point)
    {
        try
        {
            // (1) (2) (3)
            await PrepareAsync();
            await OperateAsync(point);
            if (_ending.Survival is { } survival)
                await CutAndCheckAsync(survival);
            else if (_ending.IsKill)
                await KillAndCheckAsync();
            else
                await LiveOnAsync();

            // (5) (6) Again, wherever it may be this time.
            _lives.Disk.CutAfter(_chance.Below(60));
            await PerformAsync(_acts.Any());
            await PerformAsync(_acts.Any());
            await CutAndCheckAsync(_chance.Of(Enum.GetValues<Survival>()));
            await WorkOnAsync();
        }
        finally
        {
            await _lives.EndAsync();
        }
    }

    private async Task PrepareAsync()
    {
        if (_operation == "first start")
            return;
        await _lives.OpenAsync();
        for (var i = _chance.Below(3); i > 0; i--)
            await PerformAsync(_acts.Any());
        // What the operation needs to have something to do.
        if (_operation is "resume" or "sweep")
            await PerformAsync(_acts.Make("begin"));
        if (_operation is "collect")
            await PerformAsync(_acts.Put());
    }

    private async Task OperateAsync(int point)
    {
        var act = Acts.Names.Contains(_operation) ? _acts.Make(_operation) : null;
        if (_operation == "restart")
            await _lives.CloseAsync();
        // Counted on this disk: a start that fails is followed by another one on the next.
        var disk = _lives.Disk;
        var (before, looked) = (disk.Steps, disk.Looks);
        var (during, later) = (1 + _chance.Below(12), _chance.Below(3));
        Tell($"{_operation}, {_ending.Name} at step {before} + {point}");
        if (_ending.Fault is not DiskFault.None)
            _lives.Disk.FailAfter(_ending.Fault, point, during);
        if (_ending is { IsKill: true, Fault: DiskFault.LostFlush })
            _lives.Disk.CutAfterFault(later);
        else if (_ending.IsKill || _ending.Survival is not null)
            _lives.Disk.CutAfter(point);
        if (act is not null)
            await PerformAsync(act);
        else if (_operation == "batch")
            await PerformTogetherAsync([.. Enumerable.Range(0, 4).Select(_ => _acts.Make(_chance.Of("image", "index", "referrer", "move tag", "untag", "delete manifest", "mount", "delete blob")))]);
        else if (_operation is "first start" or "restart")
            await OpenHurtAsync();
        else
            await _lives.CloseAsync();
        (_steps, _looks) = (disk.Steps - before, disk.Looks - looked);
        _hasStruck = _ending.Fault is DiskFault.None ? disk.IsOff : disk.HasFailed;
    }

    /// <summary>The stores are opened while something happens to the disk; where that fails and there is power, a second start must do.</summary>
    private async Task OpenHurtAsync()
    {
        try
        {
            await _lives.OpenAsync();
        }
        catch (Exception e) when (_lives.Disk.IsOff || _lives.Disk.HasFailed)
        {
            Tell($"not opened: {e.Message}");
            if (_lives.Disk.IsOff)
                return;
            _lives.Disk.Heal();
            await _lives.NextAsync(_lives.Disk.AfterKill());
        }
    }

    /// <summary>(4) What a fault has done is seen at once, or after the next power cut, or by another process in between.</summary>
    private async Task LiveOnAsync()
    {
        if (_lives.Registry is null)
            await _lives.NextAsync(_lives.Disk.AfterKill());
        await PerformAsync(_acts.Any());
        _lives.Disk.Heal();
        await _model.CheckAsync(_lives.Registry!, settle: false);
        if (_ending.Fault is DiskFault.Full or DiskFault.ShortWrite or DiskFault.ReadError && _operation is not ("first start" or "restart"))
            await RecoverAsync();
        if (_chance.OneIn(2))
            await KillAndCheckAsync();
        else
            await CutAndCheckAsync(_chance.Of(Enum.GetValues<Survival>()));
    }

    /// <summary>Where there is room again everything goes on, without a restart.</summary>
    private async Task RecoverAsync()
    {
        foreach (var act in (Act[])[_acts.Put(), _acts.Make("image")])
        {
            // Not even an I/O error is forgiven any more, but for a database whose reads in a transaction failed.
            // And of a collection without an answer nobody knows how far it came: what it took cannot be named.
            if (_ending.Fault is DiskFault.ReadError || _operation is "collect")
                await PerformAsync(act);
            else
                await DemandAsync(act);
        }
    }

    /// <summary>(7)</summary>
    private async Task KillAndCheckAsync()
    {
        _lives.Disk.Cut();
        await _lives.CloseAsync();
        await _lives.NextAsync(_lives.Disk.AfterKill());
        await _model.CheckAsync(_lives.Registry!, settle: true);
        if (_model.Sessions.Count > 0)
            await PerformAsync(_acts.Resume());
        await PerformAsync(_acts.Any());
    }

    private async Task CutAndCheckAsync(Survival survival)
    {
        _lives.Disk.Cut();
        await _lives.CloseAsync();
        Tell($"the power is cut: {survival}");
        foreach (var session in _model.Sessions)
            session.MayBeLost = true;
        await _lives.NextAsync(_lives.Disk.AfterPowerCut(survival, _chance));
        await _model.CheckAsync(_lives.Registry!, settle: true);
    }

    /// <summary>After all that the registry takes what it is given, and stops cleanly.</summary>
    private async Task WorkOnAsync()
    {
        while (_model.Sessions.Count > 0)
            await PerformAsync(_acts.Resume());
        await PerformAsync(_acts.Put());
        await PerformAsync(_acts.Make("image"));
        await RegistryModel.CheckDatabaseAsync(_lives.Registry!);
        // Nobody who died has the job any more.
        _clock.Advance(TimeSpan.FromMinutes(1));
        await PerformAsync(_acts.Make("collect"));
        await PerformAsync(_acts.Make("journal"));
        await _model.CheckJournalAsync(_lives.Registry!);
        if (_chance.OneIn(2))
            return;
        await _lives.CloseAsync();
        await _lives.NextAsync(_lives.Disk.AfterPowerCut(Survival.Nothing, _chance));
        await _model.CheckAsync(_lives.Registry!, settle: true);
    }

    private async Task PerformAsync(Act act)
    {
        Tell(act.Name);
        Settle(act, await EndAsync(act));
    }

    private async Task DemandAsync(Act act)
    {
        Tell($"{act.Name}, which must be done");
        await act.RunAsync(_lives.Registry!);
        _model.Add(act, answered: true);
    }

    /// <summary>One transaction for all of them: they wait until the writer is free.</summary>
    private async Task PerformTogetherAsync(IReadOnlyList<Act> acts)
    {
        using var gate = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = HoldAsync();
        await Task.WhenAny(begun.Task, holding);
        var running = new List<Task<ActEnd>>();
        foreach (var act in acts)
        {
            Tell($"together: {act.Name}");
            running.Add(EndAsync(act));
        }
        gate.Set();
        await holding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var i = 0; i < acts.Count; i++)
            Settle(acts[i], await running[i], mayBeRefused: true);

        // A database whose last checkpoint failed refuses this too; the acts then show it.
        async Task HoldAsync() => await _lives.Registry!.Metadata.WriteLazilyAsync(
            _ =>
            {
                begun.SetResult();
                gate.Wait();
                return 0;
            }, default);
    }

    /// <summary>How the disk is, is asked as the act ends: a power cut that comes later takes nothing back that was answered.</summary>
    private async Task<ActEnd> EndAsync(Act act)
    {
        Exception? error = null;
        try
        {
            await act.RunAsync(_lives.Registry!);
        }
        catch (Exception e)
        {
            error = e;
        }
        return new ActEnd(error, _lives.Disk.IsOff, _lives.Disk.HasFailed);
    }

    /// <summary>Takes the answer, or that there is none.</summary>
    private void Settle(Act act, ActEnd end, bool mayBeRefused = false)
    {
        switch (end)
        {
            case { Error: null }:
                Tell(end.IsOff ? "  too late" : "  done");
                _model.Add(act, answered: !end.IsOff);
                break;
            // Refused, for what it builds on may not be there: then it has done nothing.
            case { Error: RegistryException refused, IsOff: false } when mayBeRefused || _model.IsUncertain || end.HasFailed:
                Tell($"  refused: {refused.Message}");
                break;
            case { IsOff: true } or { Error: IOException, HasFailed: true }:
                Tell($"  no answer: {end.Error.Message}");
                _model.Add(act, answered: false);
                break;
            default:
                ExceptionDispatchInfo.Throw(end.Error);
                break;
        }
    }

    private void Tell(string line) => _lives.Tell(line);

    public void Dispose() => _lives.Dispose();

    /// <summary>The answer of an act, or its failure, and how the disk was at that moment.</summary>
    private readonly record struct ActEnd(Exception? Error, bool IsOff, bool HasFailed);
}
