namespace Gantry.Chaos.History;

/// <summary>Decides whether a history is linearizable: whether each call can be given one moment between its begin and its end at which it took effect, so that a register that does them one after another answers every client as it was answered.</summary>
/// <remarks>
/// The search is Wing and Gong's, with Lowe's memory of what was tried. Registers are judged one by one: a history is linearizable when each object's part of it is (Herlihy and Wing).
/// <code>
///   placed calls │ calls that may come next │ calls that began after one of these had ended
///   ─────────────┼──────────────────────────┼────────────────────────────────────────────►
///     (1) one of them is a read or a refusal and fits: place it, there is nothing to decide, unless a call of unknown outcome would come too late after it
///     (2) else try each whose outcome fits the state
///     (3) else one whose outcome is unknown, if it did not end before one that is placed began, and is followed by a call that the state matters to
///     (4) nothing fits, a value that somebody must find would be gone for good, or the same calls were placed before and left the same state: take the last one back
/// </code>
/// (1) loses nothing: what comes later never minds that a call which never has an effect is done already.
/// (3) keeps calls without an outcome from multiplying the states: in the shortest explanation each of them is followed at once by a call that depends on it. Followed by a blind write it would have left no trace.
/// A state of the search is remembered by 128 bits; that two of them ever share these is less likely than a wrong machine.
/// </remarks>
internal static class LinearizabilityChecker
{
    /// <summary>States to remember for one register before the search is given up.</summary>
    public const int DefaultBudget = 5_000_000;

    /// <summary>Judges each register of a history.</summary>
    public static IReadOnlyList<Linearizability> CheckAll(IEnumerable<Call> calls, int budget = DefaultBudget) =>
        [.. calls.GroupBy(call => call.Register, StringComparer.Ordinal).Select(group => Check(group.Key, group, budget)).OrderBy(result => result.Register, StringComparer.Ordinal)];

    /// <summary>Judges the calls of one register, which begins empty.</summary>
    public static Linearizability Check(string register, IEnumerable<Call> calls, int budget = DefaultBudget)
    {
        // A read without an answer says nothing.
        var ordered = calls.Where(call => call.Kind != CallKind.Read || call.Outcome != CallOutcome.Unknown).OrderBy(call => call.Begin).ThenBy(call => call.End).ToList();
        var search = new RegisterSearch(Number(ordered), budget);
        var verdict = search.Run();
        return new Linearizability(register, verdict, verdict == LinearizabilityVerdict.Linearizable ? [] : Explain(ordered, search));
    }

    private static ModelCall[] Number(List<Call> calls)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. calls.Select(call => new ModelCall(call.Kind, call.Outcome, Of(call.Value), Of(call.Expected), call.Begin, call.End))];

        int Of(string? value)
        {
            if (value is null)
                return 0;
            if (!numbers.TryGetValue(value, out var number))
                numbers.Add(value, number = numbers.Count + 1);
            return number;
        }
    }

    /// <summary>The last calls that could be placed, and then those of which none could come next.</summary>
    private static List<Call> Explain(List<Call> calls, RegisterSearch search) =>
        [.. search.Furthest.TakeLast(6).Select(at => calls[at]), .. search.Stuck.Select(at => calls[at])];
}
