using Gantry.Protocol.Admin;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;

namespace Gantry.Server.Upkeep;

/// <summary>Counts what a collection does. Numbers are exact, lists are cut.</summary>
internal sealed class CollectTally(bool dryRun, TimeProvider time)
{
    private const int MaxListed = 100;

    private readonly long _began = time.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<CollectSkip> _skips = [];
    private readonly List<string> _errors = [];
    private readonly HashSet<Digest> _locked = [];
    private long _skipped;
    private long _failed;

    public long Blobs { get; private set; }

    public long Bytes { get; private set; }

    public long Manifests { get; set; }

    public long Finished { get; set; }

    /// <summary>A blob went, or would.</summary>
    public void Add(long size)
    {
        Blobs++;
        Bytes += size;
    }

    /// <summary>A manifest would go.</summary>
    public void Add(ManifestCandidate candidate)
    {
        if (candidate.Locked)
            Skip(candidate.Digest, SkipReason.Locked);
        else
            Manifests++;
    }

    public void Skip(Digest digest, SkipReason reason)
    {
        _skipped++;
        if (_skips.Count < MaxListed)
            _skips.Add(new CollectSkip(digest.ToString(), Word(reason)));
    }

    /// <summary>What several rounds meet counts once.</summary>
    public void SkipOnce(Digest digest, SkipReason reason)
    {
        if (_locked.Add(digest))
            Skip(digest, reason);
    }

    public void Fail(Digest digest, Exception e)
    {
        lock (_lock)
        {
            _failed++;
            if (_errors.Count < MaxListed)
                _errors.Add($"{digest}: {(e is OperationCanceledException ? "deleting it took too long" : e.Message)}");
        }
    }

    public CollectReport Report() => new()
    {
        DryRun = dryRun,
        Blobs = Blobs,
        Bytes = Bytes,
        Manifests = Manifests,
        Finished = Finished,
        Skipped = _skipped,
        Skips = _skips,
        Failed = _failed,
        Errors = _errors,
        Seconds = time.GetElapsedTime(_began).TotalSeconds,
    };

    private static string Word(SkipReason reason) => reason switch
    {
        SkipReason.Held => "an upload is about to bring it anew",
        SkipReason.Going => "its bytes were found wrong, and are being moved aside",
        SkipReason.Miscounted => "a manifest names it although its count says that none does; \"gantry admin check --repair\" counts anew",
        _ => "a lock forbids it",
    };
}
