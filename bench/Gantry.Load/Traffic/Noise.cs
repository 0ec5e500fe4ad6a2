namespace Gantry.Load.Traffic;

/// <summary>Bytes that do not compress and are the same in every run (xorshift64*, G. Marsaglia and S. Vigna).</summary>
internal static class Noise
{
    public static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        var state = 0x9e3779b97f4a7c15UL;
        for (var i = 0; i + 8 <= count; i += 8)
        {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            BitConverter.TryWriteBytes(bytes.AsSpan(i), state * 0x2545f4914f6cdd1dUL);
        }
        return bytes;
    }
}
