using System.Collections.Concurrent;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Gantry.Server.Storage;

namespace Gantry.Server.Upkeep;

/// <summary>Takes away what nobody needs, beside running pushes and pulls.</summary>
/// <remarks><code>
///   (1) what dead sweeps left ──► bytes ──► finish                       also by itself, under a lease of its own
///   (2) on request: manifests that nothing keeps, from the top of each tree down
///   (3) a batch of candidates: rows and links go, digests are noted ──► (4) bytes, several at a time ──► (5) finish ──► the next batch
/// </code>
/// <para>
/// Names go before bytes, the way back of a push: a crash after (3) leaves notes that the next sweep takes over, one after (4) the same with nothing left to delete.
/// How uploads keep out of the way is drawn in <see cref="UploadSession"/>, and promised by <see cref="ICollectionStore"/>.
/// </para>
/// <para>
/// A sweep that sleeps too long between (3) and (4) is taken for dead, and the bytes may have been brought anew by the time it wakes. So it asks the store every two
/// seconds which notes are still its own, and gives up a delete that does not come back: see <see cref="NoteTerm"/>.
/// </para>
/// </remarks>
public sealed class Collector(IMetadataStore metadata, IBlobDriver driver, Jobs jobs, RegistryLimits limits, TimeProvider time)
{
    /// <summary>The lease's name.</summary>
    public const string Job = "collect";

    // What was left must not wait for a long sweep, nor for a backup, which keeps sweeps away: its rows went before either began.
    private const string FinishJob = "finish";

    private const int Deletes = 8;

    // Rounds in a row in which the store took so long to answer that no delete could begin.
    private const int MaxFruitless = 3;

    /// <exception cref="RegistryException">A collection runs already, here or on another node.</exception>
    public async ValueTask<CollectReport> CollectAsync(CollectRequest request, Action<string> progress, CancellationToken ct)
    {
        var tally = new CollectTally(request.DryRun, time);
        var grace = request.Grace is { } seconds ? TimeSpan.FromSeconds(seconds) : limits.CollectGrace;
        // A push brings what an index names before the index: what is younger than the grace may be that.
        var age = TimeSpan.FromSeconds(Math.Max(request.OlderThan, grace.TotalSeconds));
        if (request.Untagged)
            Refusal.DemandDeletion(limits);
        if (request.DryRun)
        {
            await ListAsync(request.Untagged, age, grace, tally, ct);
            return tally.Report();
        }
        var ran = await jobs.TryRunAsync(
            Job,
            async (lease, held) =>
            {
                await FinishOthersAsync(tally, held);
                if (request.Untagged)
                    await SweepManifestsAsync(lease, age, tally, progress, held);
                await SweepBlobsAsync(lease, grace, tally, progress, held);
            },
            ct);
        return ran ? tally.Report() : throw new RegistryException(ErrorCode.Conflict, "a collection is running already, here or on another node");
    }

    /// <summary>Finishes what dead sweeps left, so that their digests can be pushed again. Nothing to do nearly always.</summary>
    public async ValueTask<long> FinishOthersAsync(CancellationToken ct)
    {
        var tally = new CollectTally(dryRun: false, time);
        await FinishOthersAsync(tally, ct);
        return tally.Finished;
    }

    private async ValueTask ListAsync(bool untagged, TimeSpan age, TimeSpan grace, CollectTally tally, CancellationToken ct)
    {
        IReadOnlyList<ManifestCandidate> manifests = [];
        for (ManifestCandidate? last = null; untagged; last = manifests[^1])
        {
            manifests = await metadata.ListManifestCandidatesAsync(age, last, limits.CollectBatch, ct);
            foreach (var manifest in manifests)
                tally.Add(manifest);
            if (manifests.Count < limits.CollectBatch)
                break;
        }
        IReadOnlyList<BlobCandidate> blobs = [];
        for (BlobCandidate? last = null; ; last = blobs[^1])
        {
            blobs = await metadata.ListCandidatesAsync(grace, last, limits.CollectBatch, ct);
            foreach (var blob in blobs)
                tally.Add(blob.Size);
            if (blobs.Count < limits.CollectBatch)
                break;
        }
    }

    /// <summary>(1), unless somebody else is at it.</summary>
    private async ValueTask FinishOthersAsync(CollectTally tally, CancellationToken ct) =>
        await jobs.TryRunAsync(FinishJob, (lease, held) => FinishOthersAsync(lease, tally, held), ct);

    private async ValueTask FinishOthersAsync(JobLease lease, CollectTally tally, CancellationToken ct)
    {
        while (true)
        {
            using var term = new NoteTerm(time, ct);
            var left = await metadata.TakeOverAsync(lease, GoingReason.Garbage, limits.CollectBatch, NoteTerm.Lifetime, ct) ?? throw Lost();
            if (left.Count == 0)
                return;
            var done = await DeleteAsync(lease, left, term, tally, ct);
            tally.Finished += done;
            if (done == 0)
                return;
        }
    }

    /// <summary>(2) What a manifest that went had kept is garbage now, as old as it was: so the rounds go on until one finds nothing.</summary>
    private async ValueTask SweepManifestsAsync(JobLease lease, TimeSpan age, CollectTally tally, Action<string> progress, CancellationToken ct)
    {
        var went = true;
        while (went)
        {
            went = false;
            ManifestCandidate? last = null;
            while (await metadata.ListManifestCandidatesAsync(age, last, limits.CollectBatch, ct) is { Count: > 0 } candidates)
            {
                last = candidates[^1];
                foreach (var locked in candidates.Where(candidate => candidate.Locked))
                    tally.SkipOnce(locked.Digest, SkipReason.Locked);
                var gone = await metadata.DeleteManifestCandidatesAsync(lease, [.. candidates.Where(candidate => !candidate.Locked)], ct) ?? throw Lost();
                tally.Manifests += gone.Count;
                went |= gone.Count > 0;
                progress($"{tally.Manifests} manifests");
            }
        }
    }

    private async ValueTask SweepBlobsAsync(JobLease lease, TimeSpan grace, CollectTally tally, Action<string> progress, CancellationToken ct)
    {
        var terms = new SweepTerms { Lease = lease, Grace = grace, Limit = limits.CollectBatch, Lifetime = NoteTerm.Lifetime };
        while (true)
        {
            // (3)
            using var term = new NoteTerm(time, ct);
            var batch = await metadata.TakeCandidatesAsync(terms, ct) ?? throw Lost();
            foreach (var skipped in batch.Skipped)
                tally.Skip(skipped.Digest, skipped.Reason);
            var done = await DeleteAsync(lease, batch.Taken, term, tally, ct);
            progress($"{tally.Blobs} blobs, {tally.Bytes} bytes");
            // Where nothing can be deleted, taking more would make more digests unwritable for nothing.
            if (batch.Last is null || (done == 0 && batch.Taken.Count > 0))
                return;
            terms = terms with { After = batch.Last };
        }
    }

    /// <summary>Whether bytes lie where they are for longer than an upload may take to link them.</summary>
    internal bool IsPastGrace(BlobStat stat) => stat.Modified <= time.GetUtcNow() - limits.CollectGrace;

    /// <summary>Deletes bytes without a row: what uploads left that ended between their bytes and their link.</summary>
    /// <returns>How many went, and what could not be deleted. What is neither is held, going, or a blob by now.</returns>
    internal async ValueTask<CollectReport> DeleteOrphansAsync(JobLease lease, IReadOnlyList<Digest> digests, CancellationToken ct)
    {
        var tally = new CollectTally(dryRun: false, time);
        using var term = new NoteTerm(time, ct);
        var taken = await metadata.TakeOrphansAsync(lease, digests, NoteTerm.Lifetime, ct) ?? throw Lost();
        await DeleteAsync(lease, taken, term, tally, ct);
        return tally.Report();
    }

    /// <summary>(4) and (5). What fails keeps its note, for somebody to take over once its time is over.</summary>
    private async ValueTask<long> DeleteAsync(JobLease lease, IReadOnlyList<GoingBlob> blobs, NoteTerm first, CollectTally tally, CancellationToken ct)
    {
        var gone = new ConcurrentQueue<GoingBlob>();
        try
        {
            var left = await DeleteAsync(blobs, first, gone, tally, ct);
            for (var fruitless = 0; left.Count > 0 && fruitless < MaxFruitless;)
            {
                using var term = new NoteTerm(time, ct);
                var own = (await metadata.RenewNotesAsync(lease, [.. left.Select(blob => blob.Digest)], NoteTerm.Lifetime, ct)).ToHashSet();
                var asked = left.Where(blob => own.Contains(blob.Digest)).ToList();
                left = await DeleteAsync(asked, term, gone, tally, ct);
                fruitless = left.Count == asked.Count ? fruitless + 1 : 0;
            }
            foreach (var blob in left)
                tally.Fail(blob.Digest, new IOException("the database took too long to say whether it may be deleted"));
        }
        finally
        {
            // Whoever wants to stop: what is gone may be brought anew at once.
            if (!gone.IsEmpty)
                await metadata.FinishAsync(lease, [.. gone.Select(blob => blob.Digest)], CancellationToken.None);
        }
        foreach (var blob in gone)
            tally.Add(blob.Size);
        return gone.Count;
    }

    /// <summary>Deletes for as long as the term is fresh.</summary>
    /// <returns>Those that were not begun in time.</returns>
    private async ValueTask<IReadOnlyList<GoingBlob>> DeleteAsync(
        IReadOnlyList<GoingBlob> blobs, NoteTerm term, ConcurrentQueue<GoingBlob> gone, CollectTally tally, CancellationToken ct)
    {
        var left = new ConcurrentQueue<GoingBlob>();
        await Parallel.ForEachAsync(blobs, new ParallelOptions { MaxDegreeOfParallelism = Deletes, CancellationToken = ct }, async (blob, _) =>
        {
            if (!term.IsFresh)
            {
                left.Enqueue(blob);
                return;
            }
            try
            {
                await driver.DeleteAsync(BlobPaths.Blob(blob.Digest), term.Over);
                gone.Enqueue(blob);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                tally.Fail(blob.Digest, e);
            }
        });
        return [.. left];
    }

    private static IOException Lost() => new("the lease of the collection was lost");
}
