using System.Net;
using Gantry.Protocol.Distribution;
using Gantry.Server.Defence;

namespace Gantry.Server.Access;

/// <summary>Lets checks of signatures begin: a few at a time, and of each address one after the other.</summary>
/// <remarks><code>
///   address ──(1) its lane: one at a time, a bounded number behind it ──► (2) a free place of the process ──► check
///                 └── too many: told to wait
/// </code>
/// So a flood waits behind itself. Whoever else comes waits at (2) for one check of each address that floods; who shares the flood's
/// address waits for what is before them in the lane, which is over in a fraction of a second.
/// </remarks>
internal sealed class SignatureGate : IDisposable
{
    /// <summary>Checks that may wait in a lane.</summary>
    public const int MostWaiting = 1000;

    private const int LaneCount = 1024;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _places;
    private readonly SemaphoreSlim[] _lanes = [.. Enumerable.Range(0, LaneCount).Select(_ => new SemaphoreSlim(1))];
    private readonly int[] _waiting = new int[LaneCount];

    /// <param name="places">How many checks run at a time.</param>
    public SignatureGate(int places) => _places = new SemaphoreSlim(places);

    /// <summary>Runs a check when it is its turn.</summary>
    /// <exception cref="RegistryException">Too many of this address wait already.</exception>
    public async ValueTask<bool> CheckAsync(IPAddress? address, Func<bool> check, CancellationToken ct)
    {
        // The hash has a seed of the process: nobody outside can choose whom to meet in a lane.
        var number = (uint)HashCode.Combine(BucketKey.Of(address)) % LaneCount;
        var lane = _lanes[number];
        // (1)
        if (Interlocked.Increment(ref _waiting[number]) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting[number]);
            throw new RegistryException(ErrorCode.TooManyRequests, "too many tokens at once, please wait") { RetryAfter = Retry };
        }
        try
        {
            await lane.WaitAsync(ct);
            try
            {
                // (2)
                await _places.WaitAsync(ct);
                try
                {
                    return check();
                }
                finally
                {
                    _places.Release();
                }
            }
            finally
            {
                lane.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting[number]);
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        foreach (var lane in _lanes)
            lane.Dispose();
    }
}
