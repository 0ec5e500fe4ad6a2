namespace Gantry.Build.Tests;

/// <summary>Numbers that look random and are the same in every run (SplitMix64), so that a failure can be repeated.</summary>
internal sealed class Seeded(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit)
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)limit);
    }

    public T Of<T>(params IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>Up to <paramref name="most"/> pieces, one after another.</summary>
    public string Text(IReadOnlyList<string> pieces, int most, string between = "") =>
        string.Join(between, Enumerable.Range(0, Below(most + 1)).Select(_ => Of(pieces)));
}
