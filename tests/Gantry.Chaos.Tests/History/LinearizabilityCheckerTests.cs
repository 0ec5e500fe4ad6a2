using Gantry.Chaos.History;
using Gantry.Testing;

namespace Gantry.Chaos.Tests.History;

/// <summary>Histories that are and are not linearizable, and an oracle that tries every order.</summary>
public sealed class LinearizabilityCheckerTests
{
    [Fact]
    public void Nothing_at_all_is_linearizable() => Holds();

    [Fact]
    public void A_read_sees_the_write_before_it() => Holds(Write("a", 1, 2), Read("a", 3, 4));

    [Fact]
    public void A_read_that_misses_the_write_before_it_is_stale() => Fails(Write("a", 1, 2), Read(null, 3, 4));

    [Fact]
    public void A_read_beside_a_write_may_see_either()
    {
        Holds(Write("a", 1, 4), Read(null, 2, 3));
        Holds(Write("a", 1, 4), Read("a", 2, 3));
    }

    [Fact]
    public void Time_does_not_run_backwards_between_two_reads() => Fails(Write("a", 1, 10), Read("a", 2, 3), Read(null, 4, 5));

    [Fact]
    public void Two_clients_never_see_two_writes_in_two_orders() =>
        Fails(Write("a", 1, 2), Write("b", 1, 2), Read("a", 3, 4), Read("b", 5, 6), Read("a", 7, 8));

    [Fact]
    public void A_value_that_nobody_wrote_is_found() => Fails(Write("a", 1, 2), Read("b", 3, 4));

    [Fact]
    public void A_write_without_an_answer_may_have_been_done() => Holds(Unknown(CallKind.Write, "b", 1), Write("a", 1, 2), Read("b", 3, 4));

    [Fact]
    public void A_write_without_an_answer_may_never_be_done() => Holds(Write("a", 1, 2), Unknown(CallKind.Write, "b", 3), Read("a", 4, 5));

    [Fact]
    public void A_write_without_an_answer_may_be_done_late() =>
        Holds(Unknown(CallKind.Write, "b", 1), Write("a", 2, 3), Read("a", 4, 5), Read("b", 90, 91));

    [Fact]
    public void A_write_without_an_answer_is_done_once_at_most() =>
        Fails(Unknown(CallKind.Write, "b", 1), Write("a", 2, 3), Read("b", 4, 5), Write("c", 6, 7), Read("b", 8, 9));

    [Fact]
    public void A_write_without_an_answer_is_not_done_before_it_was_sent() => Fails(Read("b", 1, 2), Unknown(CallKind.Write, "b", 3));

    [Fact]
    public void Two_conditional_writes_over_the_same_value_cannot_both_win() =>
        Fails(Write("a", 1, 2), WriteIf("b", "a", CallOutcome.Done, 3, 6), WriteIf("c", "a", CallOutcome.Done, 3, 6));

    [Fact]
    public void A_conditional_write_is_refused_only_where_its_condition_fails()
    {
        Holds(Write("a", 1, 2), WriteIf("b", "a", CallOutcome.Done, 3, 6), WriteIf("c", "a", CallOutcome.Refused, 3, 6));
        Fails(Write("a", 1, 2), WriteIf("b", "a", CallOutcome.Refused, 3, 6));
        Fails(WriteIf("b", null, CallOutcome.Refused, 3, 6));
    }

    [Fact]
    public void A_refusal_can_be_explained_by_a_write_without_an_answer() =>
        Holds(Write("a", 1, 2), Unknown(CallKind.Write, "x", 2), WriteIf("b", "a", CallOutcome.Refused, 3, 4));

    [Fact]
    public void A_chain_of_calls_without_answers_is_followed() =>
        Holds(Write("a", 1, 2), Unknown(CallKind.Write, "b", 3), UnknownIf("c", "b", 4), Read("c", 10, 11));

    [Fact]
    public void A_deletion_that_found_something_had_something_to_find()
    {
        Holds(Write("a", 1, 2), Delete(CallOutcome.Done, 3, 4), Read(null, 5, 6), Delete(CallOutcome.Refused, 7, 8));
        Fails(Delete(CallOutcome.Done, 3, 4));
        Fails(Write("a", 1, 2), Delete(CallOutcome.Refused, 3, 4));
        Fails(Write("a", 1, 2), Delete(CallOutcome.Done, 3, 4), Delete(CallOutcome.Done, 5, 6));
    }

    [Fact]
    public void What_was_deleted_does_not_come_back() => Fails(Write("a", 1, 2), Delete(CallOutcome.Done, 3, 4), Read("a", 5, 6));

    [Fact]
    public void Deleting_a_manifest_takes_the_tag_that_names_it_and_no_other()
    {
        Holds(Write("a", 1, 2), Clear("a", CallOutcome.Done, 3, 4), Read(null, 5, 6));
        Fails(Write("a", 1, 2), Clear("a", CallOutcome.Done, 3, 4), Read("a", 5, 6));
        Holds(Write("a", 1, 2), Clear("b", CallOutcome.Done, 3, 4), Read("a", 5, 6));
        Fails(Write("a", 1, 2), Clear("b", CallOutcome.Done, 3, 4), Read(null, 5, 6));
        Fails(Write("a", 1, 2), Clear("a", CallOutcome.Refused, 3, 4), Read("a", 5, 6));
    }

    [Fact]
    public void A_clearing_can_take_what_a_call_without_an_answer_wrote() =>
        Holds(Write("a", 1, 2), Unknown(CallKind.Write, "b", 3), Clear("b", CallOutcome.Done, 4, 5), Read(null, 6, 7));

    [Fact]
    public void The_evidence_names_what_could_not_be_placed()
    {
        var result = LinearizabilityChecker.Check("t", [Write("a", 1, 2), Read("b", 3, 4), Read("a", 5, 6)]);

        Assert.Equal(LinearizabilityVerdict.NotLinearizable, result.Verdict);
        Assert.Contains(result.Evidence, call => call.Kind == CallKind.Read && call.Value == "b");
    }

    [Fact]
    public void A_search_that_grows_too_large_is_given_up_and_says_so()
    {
        var calls = Enumerable.Range(0, 12).Select(i => Write($"v{i}", 1, 100)).Append(Delete(CallOutcome.Refused, 101, 102));

        Assert.Equal(LinearizabilityVerdict.Undecided, LinearizabilityChecker.Check("t", calls, budget: 1000).Verdict);
    }

    [Fact]
    public void Each_register_is_judged_by_its_own_calls()
    {
        var results = LinearizabilityChecker.CheckAll([Write("a", 1, 2), Read("a", 3, 4) with { Register = "u" }]);

        Assert.Equal([("t", LinearizabilityVerdict.Linearizable), ("u", LinearizabilityVerdict.NotLinearizable)], results.Select(result => (result.Register, result.Verdict)));
    }

    [Fact]
    public void A_write_without_an_answer_explains_nothing_that_began_after_its_end()
    {
        var late = Unknown(CallKind.Write, "a", 0) with { End = 30 };

        Holds(Write("a", 0, 5), late, Write("b", 10, 11), Read("a", 20, 21));
        Fails(Write("a", 0, 5), late, Write("b", 40, 41), Read("a", 50, 51));
        // A read that fits at once must not push it out: it came before.
        Holds(late, Write("b", 10, 60), Read("a", 50, 51), Read("b", 61, 62));
    }

    /// <summary>Small histories, right and wrong ones alike: the verdict must be that of trying every order of every subset.</summary>
    [Fact]
    public void The_verdict_is_that_of_trying_every_order()
    {
        int right = 0, wrong = 0;
        Seeded.Rounds(2026, 6000, dice =>
        {
            var calls = Enumerable.Range(0, 2 + dice.Below(5)).Select(_ => AnyCall(dice)).ToList();
            var expected = EveryOrder(calls);
            Assert.Equal(expected ? LinearizabilityVerdict.Linearizable : LinearizabilityVerdict.NotLinearizable, LinearizabilityChecker.Check("t", calls).Verdict);
            _ = expected ? right++ : wrong++;
        });
        Assert.True(right > 500 && wrong > 500, $"{right} right, {wrong} wrong: the histories show too little");
    }

    /// <summary>Histories of a real register with sixteen clients of which some get no answer; then one answer is changed.</summary>
    [Fact]
    public void A_long_history_of_a_real_register_holds_and_a_forged_answer_in_it_does_not() =>
        Seeded.Rounds(7, 12, dice =>
        {
            var calls = Recorded(dice, 500);
            Assert.Equal(LinearizabilityVerdict.Linearizable, LinearizabilityChecker.Check("t", calls).Verdict);

            var reads = Enumerable.Range(0, calls.Count).Where(at => calls[at] is { Kind: CallKind.Read, Outcome: CallOutcome.Done }).ToList();
            // What was read a long time before, or nobody ever wrote.
            var late = dice.Of(reads[(reads.Count / 2)..]);
            var early = reads[dice.Below(reads.Count / 4)];
            calls[late] = calls[late] with { Value = calls[early].Value is { } stale && stale != calls[late].Value ? stale : "nobody's" };
            // Whether it is refuted or given up is a matter of patience; either fails a run.
            Assert.NotEqual(LinearizabilityVerdict.Linearizable, LinearizabilityChecker.Check("t", calls, budget: 50_000).Verdict);
        });

    private static List<Call> Recorded(Seeded dice, int count)
    {
        string? state = null;
        long now = 0;
        var calls = new List<Call>();
        var free = new long[16];
        for (var i = 0; i < count; i++)
        {
            // Who is free next calls next; the call takes effect at "now", which lies between its begin and its end.
            var client = Array.IndexOf(free, free.Min());
            now = Math.Max(now, free[client]) + 1 + dice.Below(3);
            var begin = free[client];
            var end = now + 1 + dice.Below(20);
            free[client] = end + 1;
            var unknown = dice.OneIn(25);
            var kind = dice.Of(CallKind.Read, CallKind.Read, CallKind.Write, CallKind.WriteIf, CallKind.Delete, CallKind.Clear);
            var value = kind == CallKind.Clear ? state ?? "none" : $"v{i}";
            var expected = dice.OneIn(3) ? "other" : state;
            var isDone = kind switch { CallKind.WriteIf => expected == state, CallKind.Delete => state is not null, CallKind.Clear => state == value, _ => true };
            var call = new Call
            {
                Register = "t",
                Kind = kind,
                Outcome = unknown ? CallOutcome.Unknown : isDone ? CallOutcome.Done : CallOutcome.Refused,
                Value = kind == CallKind.Read ? state : value,
                Expected = kind == CallKind.WriteIf ? expected : null,
                Begin = begin,
                End = unknown && dice.OneIn(2) ? long.MaxValue : end,
                Client = client,
            };
            calls.Add(call);
            if (isDone && !(unknown && dice.OneIn(2)))
                state = kind switch { CallKind.Write or CallKind.WriteIf => value, CallKind.Delete or CallKind.Clear => null, _ => state };
        }
        return calls;
    }

    private static Call AnyCall(Seeded dice)
    {
        var begin = dice.Below(12);
        var kind = dice.Of(Enum.GetValues<CallKind>());
        var outcome = dice.Of(CallOutcome.Done, CallOutcome.Done, CallOutcome.Refused, CallOutcome.Unknown);
        if (outcome == CallOutcome.Refused && kind is CallKind.Read or CallKind.Write)
            outcome = CallOutcome.Done;
        string?[] values = ["a", "b", "c"];
        return new Call
        {
            Register = "t",
            Kind = kind,
            Outcome = outcome,
            Value = kind == CallKind.Read && dice.OneIn(4) ? null : dice.Of(values),
            Expected = dice.OneIn(4) ? null : dice.Of(values),
            Begin = begin,
            // Of some without an answer it is known when they were over.
            End = outcome == CallOutcome.Unknown && dice.OneIn(2) ? long.MaxValue : begin + dice.Below(8),
        };
    }

    /// <summary>The definition, taken literally.</summary>
    private static bool EveryOrder(List<Call> calls)
    {
        return Place(null, long.MinValue, [.. calls]);

        static bool Place(string? state, long latest, List<Call> left)
        {
            if (left.TrueForAll(call => call.Outcome == CallOutcome.Unknown))
                return true;
            foreach (var call in left)
            {
                if (left.Exists(other => other.Outcome != CallOutcome.Unknown && other.End < call.Begin) || call.End < latest)
                    continue;
                if (Does(call, state, out var next) && Place(next, Math.Max(latest, call.Begin), [.. left.Where(other => !ReferenceEquals(other, call))]))
                    return true;
            }
            return false;
        }

        static bool Does(Call call, string? state, out string? next)
        {
            var fits = call.Kind switch
            {
                CallKind.Read => call.Value == state || call.Outcome == CallOutcome.Unknown,
                CallKind.WriteIf => call.Expected == state,
                CallKind.Delete => state is not null,
                CallKind.Clear => call.Value == state,
                _ => true,
            };
            next = !fits ? state : call.Kind switch { CallKind.Read => state, CallKind.Write or CallKind.WriteIf => call.Value, _ => null };
            return call.Outcome switch
            {
                CallOutcome.Unknown => true,
                CallOutcome.Refused => !fits,
                _ => fits || call.Kind == CallKind.Clear,
            };
        }
    }

    private static Call Write(string value, long begin, long end) => new() { Register = "t", Kind = CallKind.Write, Outcome = CallOutcome.Done, Value = value, Begin = begin, End = end };

    private static Call Read(string? value, long begin, long end) => new() { Register = "t", Kind = CallKind.Read, Outcome = CallOutcome.Done, Value = value, Begin = begin, End = end };

    private static Call Delete(CallOutcome outcome, long begin, long end) => new() { Register = "t", Kind = CallKind.Delete, Outcome = outcome, Begin = begin, End = end };

    private static Call Clear(string value, CallOutcome outcome, long begin, long end) => new() { Register = "t", Kind = CallKind.Clear, Outcome = outcome, Value = value, Begin = begin, End = end };

    private static Call WriteIf(string value, string? expected, CallOutcome outcome, long begin, long end) =>
        new() { Register = "t", Kind = CallKind.WriteIf, Outcome = outcome, Value = value, Expected = expected, Begin = begin, End = end };

    private static Call Unknown(CallKind kind, string value, long begin) => new() { Register = "t", Kind = kind, Outcome = CallOutcome.Unknown, Value = value, Begin = begin, End = long.MaxValue };

    private static Call UnknownIf(string value, string expected, long begin) =>
        Unknown(CallKind.WriteIf, value, begin) with { Expected = expected };

    private static void Holds(params Call[] calls) => Assert.Equal(LinearizabilityVerdict.Linearizable, LinearizabilityChecker.Check("t", calls).Verdict);

    private static void Fails(params Call[] calls) => Assert.Equal(LinearizabilityVerdict.NotLinearizable, LinearizabilityChecker.Check("t", calls).Verdict);
}
