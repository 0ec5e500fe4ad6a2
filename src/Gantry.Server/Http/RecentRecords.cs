using System.Security.Cryptography;
using Gantry.Server.Defence;

namespace Gantry.Server.Http;

/// <summary>Remembers for a while what was recorded, and counts what came again meanwhile.</summary>
/// <remarks>
/// As large as it is made, however many keys come: the newcomer gets the place of the oldest of four, and is recorded. So a flood of keys may make
/// the record longer, which the record bears; it cannot keep anything out of it.
/// </remarks>
internal sealed class RecentRecords(TimeSpan interval, TimeProvider time, int places = RecentRecords.DefaultPlaces)
{
    public const int DefaultPlaces = 16_384;

    private const int Ways = 4;
    private const int LockCount = 64;

    // What multiplication by the golden ratio leaves in the upper bits depends on every bit below.
    private const ulong Scatter = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private readonly Place[] _places = new Place[places];
    private readonly Lock[] _locks = [.. Enumerable.Range(0, LockCount).Select(_ => new Lock())];

    /// <summary>Whether it has not been recorded within the interval; if so it is now.</summary>
    /// <param name="key">What it is.</param>
    /// <param name="repeated">How often it came since it was recorded the last time.</param>
    public bool IsFirst(BucketKey key, out long repeated)
    {
        var number = (int)((((key.Value ^ _seed) * Scatter) >> 32) % (ulong)(_places.Length / Ways));
        var now = time.GetTimestamp();
        lock (_locks[number % LockCount])
        {
            ref var place = ref Find(_places.AsSpan(number * Ways, Ways), key.Value);
            if (place.IsTaken && place.Key == key.Value && time.GetElapsedTime(place.Recorded, now) < interval)
            {
                place.Repeated++;
                repeated = 0;
                return false;
            }
            repeated = place.IsTaken && place.Key == key.Value ? place.Repeated : 0;
            place = new Place { IsTaken = true, Key = key.Value, Recorded = now };
            return true;
        }
    }

    private static ref Place Find(Span<Place> set, ulong key)
    {
        var oldest = 0;
        for (var i = 0; i < set.Length; i++)
        {
            if (set[i].IsTaken && set[i].Key == key)
                return ref set[i];
            if (!set[i].IsTaken || (set[oldest].IsTaken && set[i].Recorded < set[oldest].Recorded))
                oldest = set[oldest].IsTaken ? i : oldest;
        }
        return ref set[oldest];
    }

    private struct Place
    {
        public bool IsTaken;
        public ulong Key;
        public long Recorded;
        public long Repeated;
    }
}
