namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>What a number stands for: operation, ending, and how far into the operation it strikes.</summary>
/// <param name="Operation">One of <see cref="Operations"/>.</param>
/// <param name="Ending">How it is cut short.</param>
/// <param name="Seed">For everything that is drawn.</param>
/// <remarks><code>
///   round 0        round 1        …   round 8
///   e₀ e₁ … e₁₃ │  e₀ e₁ … e₁₃ │  …  │  e₀ e₁ … e₁₃      slots, laid over the steps of the operation
/// </code>
/// So each ending meets every ninth of an operation, and all of them together meet every step of one that has no more steps than there are slots.
/// </remarks>
internal sealed record CrashPlan(string Operation, Ending Ending, ulong Seed)
{
    public const int Rounds = 9;

    /// <summary>Those that are not one act are a batch in one transaction, and opening and closing the stores.</summary>
    public static readonly IReadOnlyList<string> Operations = [.. Acts.Names, "batch", "first start", "restart", "stop"];

    /// <summary>So many numbers are all rounds of every operation and ending.</summary>
    public static int Count => Operations.Count * Slots;

    private static int Slots => Rounds * Ending.All.Count;

    private int Slot { get; init; }

    private int Shift { get; init; }

    public static CrashPlan Of(int number)
    {
        var ending = number / Operations.Count % Ending.All.Count;
        var round = number / (Operations.Count * Ending.All.Count);
        return new CrashPlan(Operations[number % Operations.Count], Ending.All[ending], 0x5EED_0000UL + (ulong)number)
        {
            Slot = (round % Rounds * Ending.All.Count) + ending,
            Shift = round / Rounds,
        };
    }

    /// <summary>One of the points from 0 to <paramref name="points"/> - 1.</summary>
    public int PointOf(int points) => ((Slot * points / Slots) + Shift) % points;
}
