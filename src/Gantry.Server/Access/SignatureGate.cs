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
internal sealed class SignatureGate
{
    /// <summary>Checks that may wait in a lane.</summary>
    public const int MostWaiting = 1000;

    private const int LaneCount = 1024;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _places;
    private readonly Lane[] _lanes = [.. Enumerable.Range(0, LaneCount).Select(_ => new Lane())];

    /// <param name="places">How many checks run at a time.</param>
    public SignatureGate(int places) => _places = new SemaphoreSlim(places);

    /// <summary>Runs a check when it is its turn.</summary>
    /// <exception cref="RegistryException">Too many of this address wait already.</exception>
    public async ValueTask<bool> CheckAsync(IPAddress? address, Func<bool> check, CancellationToken ct)
    {
        // The hash has a seed of the process: nobody outside can choose whom to meet in a lane.
        var lane = _lanes[(uint)HashCode.Combine(BucketKey.Of(address)) % LaneCount];
        // (1)
        if (Interlocked.Increment(ref lane.Waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref lane.Waiting);
            throw new RegistryException(ErrorCode.TooManyRequests, "too many tokens at once, please wait") { RetryAfter = Retry };
        }
        try
        {
            await lane.Turn.WaitAsync(ct);
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
                lane.Turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref lane.Waiting);
        }
    }

    private sealed class Lane
    {
        public readonly SemaphoreSlim Turn = new(1);
        public int Waiting;
    }
}
