using Gantry.Chaos.History;
using Gantry.Chaos.Report;

namespace Gantry.Chaos.Tests.Report;

/// <summary>Each promise is kept by a run that keeps it, and broken by one that breaks it alone.</summary>
public sealed class JudgementTests
{
    private static readonly ChaosSetting Setting = new() { Duration = TimeSpan.FromMinutes(2), Seed = 1, Nodes = 3, Stores = "stores", Clients = "clients" };

    private readonly Recorder _recorder = new(TimeProvider.System);

    public JudgementTests()
    {
        _recorder.AddCollection(0);
        _recorder.AddCollection(3);
        _recorder.Add(Window(100, 200, 300));
        Add(10, 20);
        for (var i = 0; i < 10; i++)
            Add(150 + i, 160 + i);
    }

    [Fact]
    public void A_run_that_keeps_everything_is_kept()
    {
        // Failed first, and succeeded at the second try: inside a window that is enough.
        Add(190, 195, "reset", null);

        var judgement = Judge();

        Assert.True(judgement.IsKept);
        Assert.DoesNotContain("BROKEN", ChaosReport.Write(judgement, Setting), StringComparison.Ordinal);
    }

    [Fact]
    public void A_try_that_fails_outside_every_window_breaks_it_although_the_next_one_succeeds()
    {
        Add(400, 410, "reset", null);

        Broken("outside");
    }

    [Fact]
    public void More_than_a_tenth_that_fails_inside_a_window_breaks_it()
    {
        Add(200, 210, "a");
        Assert.True(Judge().IsKept);
        Add(211, 220, "b");

        Broken("inside");
    }

    [Fact]
    public void An_operation_that_reaches_into_a_window_is_judged_by_it()
    {
        Add(90, 100, "reset", null);
        Add(300, 320, "reset", null);

        Assert.True(Judge().IsKept);
    }

    [Fact]
    public void A_try_that_fails_outside_every_window_breaks_it_although_its_operation_touches_one()
    {
        Add(new Attempt(50, 60, "reset"), new Attempt(90, 110, null));

        Broken("outside");
    }

    [Fact]
    public void A_kind_of_fault_that_never_struck_breaks_it()
    {
        Assert.True(Judgement.Of(_recorder, 0, ["a kind"], expectsFaults: true, expectsGarbage: true).IsKept);

        var judgement = Judgement.Of(_recorder, 0, ["a kind", "another"], expectsFaults: true, expectsGarbage: true);

        Assert.Equal(["another"], judgement.MissedKinds);
        Assert.False(judgement.IsKept);
    }

    [Fact]
    public void What_is_read_back_at_the_end_does_not_count_as_operations_of_the_run()
    {
        _recorder.BeginReading();
        Add(400, 410);

        Assert.True(Judgement.Of(_recorder, 11, [], expectsFaults: true, expectsGarbage: true).IsKept);
        Assert.False(Judgement.Of(_recorder, 12, [], expectsFaults: true, expectsGarbage: true).IsKept);
    }

    [Fact]
    public void A_fault_that_heals_too_late_breaks_it()
    {
        _recorder.Add(Window(1000, 2000, 2000 + Judgement.WantedHealing.Ticks + 1));

        Broken("heals");
    }

    [Fact]
    public void A_wrong_digest_breaks_it()
    {
        _recorder.AddViolation("wrong");

        Broken("digest");
    }

    [Fact]
    public void A_history_without_an_order_breaks_it()
    {
        _recorder.Add(new Call { Register = "r:t", Kind = CallKind.Read, Outcome = CallOutcome.Done, Value = "nobody's", Begin = 1, End = 2 });

        Broken("linearizable");
    }

    [Fact]
    public void Too_few_operations_are_no_run() => Assert.False(Judgement.Of(_recorder, 12, [], expectsFaults: true, expectsGarbage: true).IsKept);

    [Fact]
    public void A_run_without_the_faults_that_it_should_have_had_is_none() => Assert.False(Judgement.Of(_recorder, 0, [], expectsFaults: false, expectsGarbage: true).IsKept);

    [Fact]
    public void A_run_in_which_no_collection_deleted_anything_breaks_it_unless_it_was_too_short()
    {
        var recorder = new Recorder(TimeProvider.System);
        recorder.Add(Window(100, 200, 300));
        Assert.False(Judgement.Of(recorder, 0, [], expectsFaults: true, expectsGarbage: false).IsKept);
        recorder.AddCollection(0);

        Assert.True(Judgement.Of(recorder, 0, [], expectsFaults: true, expectsGarbage: false).IsKept);
        Assert.False(Judgement.Of(recorder, 0, [], expectsFaults: true, expectsGarbage: true).IsKept);
        recorder.AddCollection(1);
        Assert.True(Judgement.Of(recorder, 0, [], expectsFaults: true, expectsGarbage: true).IsKept);
    }

    private Judgement Judge() => Judgement.Of(_recorder, 0, [], expectsFaults: true, expectsGarbage: true);

    private void Broken(string promise)
    {
        var judgement = Judge();
        Assert.Contains(promise, Assert.Single(judgement.Promises, each => !each.IsKept).Promise, StringComparison.Ordinal);
        Assert.Contains("## What went wrong", ChaosReport.Write(judgement, Setting), StringComparison.Ordinal);
    }

    private void Add(long begin, long end, params string?[] errors)
    {
        Add([.. (errors.Length == 0 ? [null] : errors).Select((error, i) => new Attempt(begin + i, end, error))]);
    }

    private void Add(params Attempt[] attempts) => _recorder.Add(new Operation { Kind = "push", Client = 1, Attempts = attempts });

    private static FaultWindow Window(long begin, long removed, long end) => new() { Kind = "a kind", Fault = "a fault", Begin = begin, Removed = removed, End = end };
}
