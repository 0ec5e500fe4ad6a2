using System.Text;

namespace Gantry.Protocol.Tests;

/// <summary>Numbers that look random and are the same in every run (SplitMix64), so that a failure can be repeated from its seed.</summary>
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

    /// <summary>Text of up to <paramref name="maxLength"/> characters from an alphabet; now and then any UTF-16 unit, lone surrogates included.</summary>
    public string Text(string alphabet, int maxLength)
    {
        var length = Below(maxLength + 1);
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++)
            text.Append(Below(40) == 0 ? (char)Below(0x10000) : alphabet[Below(alphabet.Length)]);
        return text.ToString();
    }

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
}
