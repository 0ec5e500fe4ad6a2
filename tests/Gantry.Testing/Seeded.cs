using System.Text;

namespace Gantry.Testing;

/// <summary>Numbers that look random and are the same in every run (SplitMix64), so that a failure can be repeated from its seed.</summary>
public sealed class Seeded(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>Runs a round many times, each on numbers of its own, and names the seed of the round that failed.</summary>
    /// <remarks><c>new Seeded(thatSeed)</c> is the round's source again.</remarks>
    public static void Rounds(ulong seed, int count, Action<Seeded> round)
    {
        for (var i = 0; i < count; i++)
        {
            var own = OfRound(seed, i);
            try
            {
                round(new Seeded(own));
            }
            catch (Exception e)
            {
                Xunit.Assert.Fail($"round {i}, new Seeded({own}): {e}");
            }
        }
    }

    /// <summary><see cref="Rounds"/> for what waits.</summary>
    public static async Task RoundsAsync(ulong seed, int count, Func<Seeded, Task> round)
    {
        for (var i = 0; i < count; i++)
        {
            var own = OfRound(seed, i);
            try
            {
                await round(new Seeded(own));
            }
            catch (Exception e)
            {
                Xunit.Assert.Fail($"round {i}, new Seeded({own}): {e}");
            }
        }
    }

    /// <summary>A number from 0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit)
    {
        _state += Step;
        return (int)(Mix(_state) % (ulong)limit);
    }

    /// <summary>Whether a chance of one in <paramref name="count"/> came true.</summary>
    public bool OneIn(int count) => Below(count) == 0;

    public T Of<T>(params IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>Text of up to <paramref name="maxLength"/> characters from an alphabet; now and then any UTF-16 unit, lone surrogates included.</summary>
    public string Text(string alphabet, int maxLength)
    {
        var length = Below(maxLength + 1);
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++)
            text.Append(Below(40) == 0 ? (char)Below(0x10000) : alphabet[Below(alphabet.Length)]);
        return text.ToString();
    }

    /// <summary>Up to <paramref name="most"/> pieces, one after another.</summary>
    public string Text(IReadOnlyList<string> pieces, int most, string between = "") =>
        string.Join(between, Enumerable.Range(0, Below(most + 1)).Select(_ => Of(pieces)));

    /// <summary>A copy with one to four bytes changed, removed, doubled or cut off.</summary>
    public byte[] Mutate(byte[] original)
    {
        var bytes = original.ToList();
        for (var times = 1 + Below(4); times > 0 && bytes.Count > 0; times--)
        {
            var at = Below(bytes.Count);
            switch (Below(6))
            {
                case 0: bytes[at] = (byte)Below(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, bytes[at]); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                case 4: bytes.InsertRange(at, "\\ud83d"u8.ToArray()); break;
                default: bytes[at] = (byte)"{}[]\",:\\0-9enull"[Below(16)]; break;
            }
        }
        return [.. bytes];
    }

    private static ulong OfRound(ulong seed, int round) => Mix(seed + ((ulong)round * Step));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
