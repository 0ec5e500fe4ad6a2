namespace Gantry.Build.Layers;

/// <summary>The checksum of two runs of bytes together, from the checksums of each (the zlib method: multiply by x^(8n) modulo the polynomial).</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] PowersOfX = CreatePowers();

    /// <param name="first">Checksum of the first run.</param>
    /// <param name="second">Checksum of the second run.</param>
    /// <param name="secondLength">Bytes of the second run.</param>
    public static uint Combine(uint first, uint second, long secondLength) => Multiply(PowerOfX(secondLength), first) ^ second;

    /// <summary>x^(8n): the bits of n choose among x^(8·2^k).</summary>
    private static uint PowerOfX(long bytes)
    {
        var product = 1u << 31;
        for (var k = 3; bytes != 0; bytes >>= 1, k++)
        {
            if ((bytes & 1) != 0)
                product = Multiply(PowersOfX[k & 31], product);
        }
        return product;
    }

    private static uint Multiply(uint a, uint b)
    {
        var mask = 1u << 31;
        var product = 0u;
        while (true)
        {
            if ((a & mask) != 0)
            {
                product ^= b;
                if ((a & (mask - 1)) == 0)
                    return product;
            }
            if (a == 0)
                return product;
            mask >>= 1;
            if (mask == 0)
                return product;
            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }
    }

    private static uint[] CreatePowers()
    {
        var powers = new uint[32];
        powers[0] = 1u << 30;
        for (var k = 1; k < powers.Length; k++)
            powers[k] = Multiply(powers[k - 1], powers[k - 1]);
        return powers;
    }
}
