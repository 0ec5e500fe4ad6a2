using Gantry.Chaos.History;

namespace Gantry.Chaos.Report;

/// <summary>Holds what was recorded to what was promised.</summary>
/// <remarks>
/// A fault's window lasts from the moment it strikes until every node answers reads and writes again. What touches a window is judged by its last try, everything else by its first.
/// </remarks>
internal sealed class Judgement
{
    public const double WantedRate = 0.9;

    public static readonly TimeSpan WantedHealing = TimeSpan.FromSeconds(15);

    private Judgement()
    {
    }

    public required IReadOnlyList<Operation> Operations { get; init; }

    public required IReadOnlyList<WindowResult> Windows { get; init; }

    /// <summary>Tries that failed although no fault was there.</summary>
    public required IReadOnlyList<(Operation Operation, Attempt Attempt)> FailedOutside { get; init; }

    public required int OutsideCount { get; init; }

    public required IReadOnlyList<Linearizability> Registers { get; init; }

    public required IReadOnlyList<string> Violations { get; init; }

    public required int MinOperations { get; init; }

    public required bool ExpectsFaults { get; init; }

    /// <summary>Whether the run was long enough that something it made was garbage for the whole grace.</summary>
    public required bool ExpectsGarbage { get; init; }

    /// <summary>How many blobs each collection deleted.</summary>
    public required IReadOnlyList<long> Collections { get; init; }

    public IEnumerable<Linearizability> BrokenRegisters => Registers.Where(register => register.Verdict != LinearizabilityVerdict.Linearizable);

    /// <summary>What was promised, and whether it was kept.</summary>
    public IReadOnlyList<(string Promise, bool IsKept, string Seen)> Promises =>
    [
        ("the history of every tag is linearizable", !BrokenRegisters.Any(), $"{Registers.Count - BrokenRegisters.Count()} of {Registers.Count} registers"),
        ("every digest pulled is right", Violations.Count == 0, $"{Violations.Count} violations"),
        ("outside a fault's window every request succeeds at once", FailedOutside.Count == 0, $"{FailedOutside.Count} of {OutsideCount} operations failed"),
        ($"inside each at least {WantedRate:P0} do after three retries", Windows.All(window => window.Rate >= WantedRate), Windows.Count == 0 ? "no window" : $"the worst: {Windows.Min(window => window.Rate):P1}"),
        ($"each fault heals within {WantedHealing.TotalSeconds:F0} s", Windows.All(window => window.Window.Healing <= WantedHealing), Windows.Count == 0 ? "no window" : $"the slowest: {Windows.Max(window => window.Window.Healing).TotalSeconds:F1} s"),
        ("garbage is collected meanwhile", Collections.Count > 0 && (!ExpectsGarbage || Collections.Sum() > 0), $"{Collections.Count} collections deleted {Collections.Sum()} blobs"),
        ($"there were {(ExpectsFaults ? "faults" : "only restarts in order")}, and at least {MinOperations} operations", Windows.Count > 0 == ExpectsFaults && Operations.Count >= MinOperations, $"{Windows.Count} faults, {Operations.Count} operations"),
    ];

    public bool IsKept => Promises.All(promise => promise.IsKept);

    public static Judgement Of(Recorder recorder, int minOperations, bool expectsFaults, bool expectsGarbage)
    {
        var operations = recorder.Operations.OrderBy(operation => operation.Begin).ToList();
        var windows = recorder.Windows.OrderBy(window => window.Begin).ToList();
        var outside = operations.Where(operation => !windows.Exists(window => window.Touches(operation.Begin, operation.End))).ToList();
        return new Judgement
        {
            Operations = operations,
            Windows = [.. windows.Select(window => new WindowResult(window, [.. operations.Where(operation => window.Touches(operation.Begin, operation.End))]))],
            FailedOutside = [.. from operation in outside from attempt in operation.Attempts where attempt.Error is not null select (operation, attempt)],
            OutsideCount = outside.Count,
            Registers = LinearizabilityChecker.CheckAll(recorder.Calls),
            Violations = [.. recorder.Violations],
            MinOperations = minOperations,
            ExpectsFaults = expectsFaults,
            ExpectsGarbage = expectsGarbage,
            Collections = [.. recorder.Collections],
        };
    }
}
