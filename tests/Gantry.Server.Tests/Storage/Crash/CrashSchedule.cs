using System.Globalization;
using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>One seeded story: a registry, an operation, a point in it, and what happens there; then restarts, and checks.</summary>
/// <remarks><code>
///   (1) template ─► (2) a few acts ─► (3) the operation, cut or hurt at a step ─► (4) acts beside the fault ─► (5) power cut ─► (6) check, and work on
///                                                       └──── kill ─► (7) another process on the same disk, check, acts ────────┘
/// </code>
/// The number is the seed: operation, ending and point go round so that all meet, everything else is drawn from it.
/// </remarks>
internal sealed class CrashSchedule : IDisposable
{
    /// <summary>Operations that are not one act: a batch in one transaction, and opening and closing the stores.</summary>
    public static readonly IReadOnlyList<string> Operations = [.. Acts.Names, "batch", "first start", "restart", "stop"];

    private readonly StringBuilder _story = new();
    private readonly CrashClock _clock = new();
    private readonly Seeded _chance;
    private readonly RegistryModel _model;
    private readonly Acts _acts;
    private readonly string _operation;
    private readonly Ending _ending;
    private readonly IReadOnlyDictionary<string, byte[]>? _image;

    private SimulatedDisk _disk;
    private CrashRegistry? _registry;

    private CrashSchedule(string operation, Ending ending, Seeded chance, Template template)
    {
        (_operation, _ending, _chance) = (operation, ending, chance);
        _model = operation == "first start" ? new RegistryModel() : template.Model.Copy();
        _image = operation == "first start" ? null : template.Image;
        _acts = new Acts(_model, chance, _clock);
        _disk = new SimulatedDisk(_image);
    }

    /// <summary>The step of the operation at which it was cut or hurt; one past its last where it was done before.</summary>
    public int Point { get; private set; }

    /// <summary>Steps that the operation took.</summary>
    public int Steps { get; private set; }

    /// <summary>How many steps an operation takes when nothing happens.</summary>
    public static async Task<int> MeasureAsync(string operation)
    {
        using var schedule = new CrashSchedule(operation, new Ending("none"), new Seeded(2), await Template.GetAsync());
        await schedule.RunAsync(int.MaxValue / 2);
        return schedule.Steps;
    }

    /// <summary>Runs the schedule of a number.</summary>
    /// <param name="number">The seed.</param>
    /// <param name="steps">What <see cref="MeasureAsync"/> found for each operation.</param>
    public static async Task<(string Operation, string Ending, int Point)> RunAsync(int number, IReadOnlyDictionary<string, int> steps)
    {
        var operation = Operations[number % Operations.Count];
        var ending = number / Operations.Count % Ending.All.Count;
        var round = number / (Operations.Count * Ending.All.Count);
        // Neighbouring points in neighbouring rounds, and each ending begins elsewhere: together they meet every point.
        var points = steps[operation] + 2;
        var point = (round + (ending * Math.Max(5, points / Ending.All.Count))) % points;
        using var schedule = new CrashSchedule(operation, Ending.All[ending], new Seeded(0x5EED_0000UL + (ulong)number), await Template.GetAsync());
        try
        {
            await schedule.RunAsync(point);
            return (operation, Ending.All[ending].Name, schedule.Point);
        }
        catch (Exception e)
        {
            throw new CrashFailedException(string.Create(CultureInfo.InvariantCulture,
                $"schedule {number} ({operation}, {Ending.All[ending].Name} at step {point}) failed; GANTRY_CRASH_SEED={number} replays it\n{schedule._story}\nlast disk:\n{schedule._disk.Trace}\n"), e);
        }
    }

    private async Task RunAsync(int point)
    {
        try
        {
            // (1) (2)
            if (_operation != "first start")
            {
                await OpenAsync();
                for (var i = _chance.Below(3); i > 0; i--)
                    await PerformAsync(_acts.Any());
                if (_operation == "resume")
                    await PerformAsync(_acts.Make("begin"));
            }

            // (3)
            await OperateAsync(point);
            if (_ending.Survival is { } survival)
                await CutAndCheckAsync(survival);
            else if (_ending.IsKill)
                await KillAndCheckAsync();
            else
                await LiveOnAsync();

            // (5) (6) Again, wherever it may be this time.
            _disk.CutAfter(_chance.Below(60));
            await PerformAsync(_acts.Any());
            await PerformAsync(_acts.Any());
            await CutAndCheckAsync(_chance.Of(Enum.GetValues<Survival>()));
            await WorkOnAsync();
        }
        finally
        {
            _disk.Cut();
            await CloseAsync();
            _disk.Dispose();
        }
    }

    private async Task OperateAsync(int point)
    {
        var act = Acts.Names.Contains(_operation) ? _acts.Make(_operation) : null;
        if (_operation == "restart")
            await CloseAsync();
        var before = _disk.Steps;
        Tell($"{_operation}, {_ending.Name} at step {before} + {point}");
        if (_ending.Fault is not DiskFault.None)
            _disk.FailAfter(_ending.Fault, point, during: 1 + _chance.Below(12));
        if (_ending is { IsKill: true, Fault: DiskFault.LostFlush })
            _disk.CutAfterFault(_chance.Below(3));
        else if (_ending.IsKill || _ending.Survival is not null)
            _disk.CutAfter(point);
        if (act is not null)
            await PerformAsync(act);
        else if (_operation == "batch")
            await PerformTogetherAsync([.. Enumerable.Range(0, 4).Select(_ => _acts.Make(_chance.Of("image", "index", "referrer", "move tag", "untag", "delete manifest", "mount", "delete blob")))]);
        else if (_operation is "first start" or "restart")
            await OpenHurtAsync();
        else
            await CloseAsync();
        Steps = _disk.Steps - before;
        Point = Math.Min(point, Steps);
    }

    /// <summary>The stores are opened while something happens to the disk; where that fails and there is power, a second start must do.</summary>
    private async Task OpenHurtAsync()
    {
        try
        {
            await OpenAsync();
        }
        catch (Exception e) when (_disk.IsOff || _disk.HasFailed)
        {
            Tell($"not opened: {e.Message}");
            if (_disk.IsOff)
                return;
            _disk.Heal();
            await NextLifeAsync(_disk.AfterKill());
        }
    }

    /// <summary>(4) What a fault has done is seen at once, or after the next power cut, or by another process in between.</summary>
    private async Task LiveOnAsync()
    {
        if (_registry is null)
            await NextLifeAsync(_disk.AfterKill());
        await PerformAsync(_acts.Any());
        _disk.Heal();
        await _model.CheckAsync(_registry!, settle: false);
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
            if (_ending.Fault is DiskFault.ReadError)
                await PerformAsync(act);
            else
                await DemandAsync(act);
        }
    }

    /// <summary>(7)</summary>
    private async Task KillAndCheckAsync()
    {
        _disk.Cut();
        await CloseAsync();
        await NextLifeAsync(_disk.AfterKill());
        await _model.CheckAsync(_registry!, settle: true);
        if (_model.Sessions.Count > 0)
            await PerformAsync(_acts.Resume());
        await PerformAsync(_acts.Any());
    }

    private async Task CutAndCheckAsync(Survival survival)
    {
        _disk.Cut();
        await CloseAsync();
        Tell($"the power is cut: {survival}");
        foreach (var session in _model.Sessions)
            session.MayBeLost = true;
        await NextLifeAsync(_disk.AfterPowerCut(survival, _chance));
        await _model.CheckAsync(_registry!, settle: true);
    }

    /// <summary>After all that the registry takes what it is given, and stops cleanly.</summary>
    private async Task WorkOnAsync()
    {
        while (_model.Sessions.Count > 0)
            await PerformAsync(_acts.Resume());
        await PerformAsync(_acts.Put());
        await PerformAsync(_acts.Make("image"));
        await RegistryModel.CheckDatabaseAsync(_registry!);
        if (_chance.OneIn(2))
            return;
        await CloseAsync();
        await NextLifeAsync(_disk.AfterPowerCut(Survival.Nothing, _chance));
        await _model.CheckAsync(_registry!, settle: true);
    }

    private async Task PerformAsync(Act act)
    {
        Tell(act.Name);
        await SettleAsync(act, act.RunAsync(_registry!));
    }

    private async Task DemandAsync(Act act)
    {
        Tell($"{act.Name}, which must be done");
        await act.RunAsync(_registry!);
        _model.Add(act, answered: true);
    }

    /// <summary>One transaction for all of them: they wait until the writer is free.</summary>
    private async Task PerformTogetherAsync(IReadOnlyList<Act> acts)
    {
        using var gate = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = HoldAsync();
        await Task.WhenAny(begun.Task, holding);
        var running = new List<Task>();
        foreach (var act in acts)
        {
            Tell($"together: {act.Name}");
            running.Add(act.RunAsync(_registry!));
        }
        gate.Set();
        await holding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var i = 0; i < acts.Count; i++)
            await SettleAsync(acts[i], running[i], mayBeRefused: true);

        // A database whose last checkpoint failed refuses this too; the acts then show it.
        async Task HoldAsync() => await _registry!.Metadata.WriteLazilyAsync(
            _ =>
            {
                begun.SetResult();
                gate.Wait();
                return 0;
            }, default);
    }

    /// <summary>Takes the answer, or that there is none.</summary>
    private async Task SettleAsync(Act act, Task running, bool mayBeRefused = false)
    {
        try
        {
            await running;
            Tell(_disk.IsOff ? "  too late" : "  done");
            _model.Add(act, answered: !_disk.IsOff);
        }
        catch (RegistryException e) when (!_disk.IsOff && (mayBeRefused || _model.IsUncertain || _disk.HasFailed))
        {
            // Refused, for what it builds on may not be there: then it has done nothing.
            Tell($"  refused: {e.Message}");
        }
        catch (Exception e) when (_disk.IsOff || (_disk.HasFailed && e is IOException))
        {
            Tell($"  no answer: {e.Message}");
            _model.Add(act, answered: false);
        }
    }

    private async Task OpenAsync()
    {
        var pages = _chance.Of(1, 10, 40, 2048);
        Tell($"open, a checkpoint every {pages} pages");
        _registry = await CrashRegistry.OpenAsync(_disk, _clock, pages);
    }

    private async Task NextLifeAsync(SimulatedDisk disk)
    {
        _disk.Dispose();
        _disk = disk;
        await OpenAsync();
    }

    private async Task CloseAsync()
    {
        if (_registry is not { } registry)
            return;
        _registry = null;
        try
        {
            await registry.DisposeAsync();
            Tell("closed");
        }
        catch (Exception e) when (_disk.IsOff || _disk.HasFailed)
        {
            Tell($"closed with {e.Message}");
        }
    }

    private void Tell(string line) => _story.AppendLine(line);

    public void Dispose() => _disk.Dispose();
}
