using Gantry.Chaos.History;

namespace Gantry.Chaos.Report;

/// <summary>Holds what was recorded to what was promised.</summary>
/// <remarks>
/// A fault's window lasts from the moment it strikes until every node answers reads and writes again. An operation that touches a window is judged there by its last try. Each try that touches none must succeed, whatever its operation touches.
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

    /// <summary>How many tries touched no window.</summary>
    public required int OutsideCount { get; init; }

    public required IReadOnlyList<Linearizability> Registers { get; init; }

    public required IReadOnlyList<string> Violations { get; init; }

    public required int MinOperations { get; init; }

    /// <summary>Operations before everything was read back at the end.</summary>
    public required int DrivenCount { get; init; }

    public required bool ExpectsFaults { get; init; }

    /// <summary>Kinds of fault that should have struck and did not.</summary>
    public required IReadOnlyList<string> MissedKinds { get; init; }

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
        ("outside a fault's window every request succeeds at once", FailedOutside.Count == 0, $"{FailedOutside.Count} of {OutsideCount} tries failed"),
        ($"inside each at least {WantedRate:P0} do after three retries", Windows.All(window => window.Rate >= WantedRate), Windows.Count == 0 ? "no window" : $"the worst: {Windows.Min(window => window.Rate):P1}"),
        ($"each fault heals within {WantedHealing.TotalSeconds:F0} s", Windows.All(window => window.Window.Healing <= WantedHealing), Windows.Count == 0 ? "no window" : $"the slowest: {Windows.Max(window => window.Window.Healing).TotalSeconds:F1} s"),
        ("garbage is collected meanwhile", Collections.Count > 0 && (!ExpectsGarbage || Collections.Sum() > 0), $"{Collections.Count} collections deleted {Collections.Sum()} blobs"),
        ($"there were {(ExpectsFaults ? "faults" : "only restarts in order")}, and at least {MinOperations} operations", Windows.Count > 0 == ExpectsFaults && DrivenCount >= MinOperations, $"{Windows.Count} faults, {DrivenCount} operations, {Operations.Count - DrivenCount} more to read everything back"),
        ("every kind of fault struck that the run is long enough for", MissedKinds.Count == 0, MissedKinds.Count == 0 ? $"{Windows.Select(window => window.Window.Kind).Distinct().Count()} kinds" : $"missing: {string.Join(", ", MissedKinds)}"),
    ];

    public bool IsKept => Promises.All(promise => promise.IsKept);

    /// <param name="recorder">What was recorded.</param>
    /// <param name="minOperations">How many operations there must have been before the final reading.</param>
    /// <param name="expectedKinds">Kinds of fault each of which must have struck.</param>
    /// <param name="expectsFaults">Whether there were to be faults.</param>
    /// <param name="expectsGarbage">Whether something must have been collected.</param>
    public static Judgement Of(Recorder recorder, int minOperations, IReadOnlyCollection<string> expectedKinds, bool expectsFaults, bool expectsGarbage)
    {
        var operations = recorder.Operations.OrderBy(operation => operation.Begin).ToList();
        var windows = recorder.Windows.OrderBy(window => window.Begin).ToList();
        var outside = operations.SelectMany(operation => operation.Attempts, (operation, attempt) => (Operation: operation, Attempt: attempt))
            .Where(one => !windows.Exists(window => window.Touches(one.Attempt.Begin, one.Attempt.End))).ToList();
        return new Judgement
        {
            Operations = operations,
            Windows = [.. windows.Select(window => new WindowResult(window, [.. operations.Where(operation => window.Touches(operation.Begin, operation.End))]))],
            FailedOutside = [.. outside.Where(one => one.Attempt.Error is not null)],
            OutsideCount = outside.Count,
            Registers = LinearizabilityChecker.CheckAll(recorder.Calls),
            Violations = [.. recorder.Violations],
            MinOperations = minOperations,
            DrivenCount = recorder.DrivenCount,
            MissedKinds = [.. expectedKinds.Except(windows.Select(window => window.Kind))],
            ExpectsFaults = expectsFaults,
            ExpectsGarbage = expectsGarbage,
            Collections = [.. recorder.Collections],
        };
    }
}
