using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gantry.Server.Defence;

/// <summary>A bounded number of buckets, found by key without a lock. However many keys come, the table stays as large as it is.</summary>
/// <remarks>
/// A key belongs into one set of four places. Where all four are taken, the newcomer gets the place that is nearest to full,
/// with what was spent there: so a flood of made-up keys fills the table and resets nobody's account, its own neither.
/// Two threads that race for a place may charge each other's account by one; none is ever forgotten.
/// </remarks>
public sealed class BucketTable(BucketRate rate, TimeProvider time, int places = BucketTable.DefaultPlaces)
{
    public const int DefaultPlaces = 16_384;

    private const int Ways = 4;

    // What multiplication by the golden ratio leaves in the upper bits depends on every bit below.
    private const ulong Scatter = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong _seed = MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private readonly Place[] _places = new Place[places];

    public int Places => _places.Length;

    /// <summary>Takes one out of a key's bucket.</summary>
    public RateVerdict Take(BucketKey key) => rate.Take(ref Find(key).FullAt, time.GetTimestamp());

    /// <summary>What taking would say.</summary>
    public RateVerdict Look(BucketKey key)
    {
        foreach (ref var place in SetOf(key))
        {
            if (Volatile.Read(ref place.Key) == key.Value)
                return rate.Look(Volatile.Read(ref place.FullAt), time.GetTimestamp());
        }
        return RateVerdict.Unlimited;
    }

    public void Return(BucketKey key) => rate.Return(ref Find(key).FullAt);

    private Span<Place> SetOf(BucketKey key)
    {
        var set = (int)((((key.Value ^ _seed) * Scatter) >> 32) % (ulong)(_places.Length / Ways));
        return _places.AsSpan(set * Ways, Ways);
    }

    private ref Place Find(BucketKey key)
    {
        var set = SetOf(key);
        var (oldest, found) = (0, long.MaxValue);
        for (var i = 0; i < set.Length; i++)
        {
            ref var place = ref set[i];
            if (Volatile.Read(ref place.Key) == key.Value)
                return ref place;
            if (Volatile.Read(ref place.FullAt) is var fullAt && fullAt < found)
                (oldest, found) = (i, fullAt);
        }
        Volatile.Write(ref set[oldest].Key, key.Value);
        return ref set[oldest];
    }

    private struct Place
    {
        public ulong Key;
        public long FullAt;
    }
}
