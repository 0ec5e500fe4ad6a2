namespace Gantry.Chaos;

/// <summary>Numbers that look random and are the same in every run from the same seed (SplitMix64). Not for several threads.</summary>
internal sealed class Dice(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    public ulong Next()
    {
        _state += Step;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>A source of its own for somebody else, so that who rolls when does not change what the others get.</summary>
    public Dice Split() => new(Next());

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i += sizeof(ulong))
        {
            var word = Next();
            for (var j = i; j < Math.Min(i + sizeof(ulong), count); j++, word >>= 8)
                bytes[j] = (byte)word;
        }
        return bytes;
    }
}
