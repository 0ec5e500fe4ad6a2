using System.Data.Common;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Upkeep;

/// <summary>Compares database and store both ways, and what the database counts with its counts. Online: page by page, and a transaction for each page at most.</summary>
/// <remarks><code>
///   (1) the engine's own pages    (2) counts and marks    (3) manifests: bytes against digest and row    (4) blobs: rows ──► bytes    (5) bytes ──► rows
/// </code>
/// Uploads and deletes go on meanwhile, so what two looks saw differently is looked at again before it is mended: counts in a transaction,
/// bytes under the rules of <see cref="Quarantine"/>, orphans under those of <see cref="Collector"/>, which passes over what somebody holds.
/// Where the store has the journal of another database, bytes that this one does not know may be that one's: none of them is removed.
/// </remarks>
public sealed class Checker(
    IMetadataStore metadata, IBlobDriver driver, Collector collector, Quarantine quarantine, Jobs jobs, Func<CancellationToken, ValueTask<bool>> hasForeignJournal)
{
    private const string Job = "check";
    private const int Page = 256;
    private const int ManifestPage = 16;
    private const int Stats = 8;
    private const int MaxFindings = 100;

    /// <exception cref="RegistryException">Another check runs.</exception>
    public async ValueTask<CheckReport> RunAsync(bool repair, Action<string> progress, CancellationToken ct)
    {
        var pass = new Pass(repair);
        var ran = await jobs.TryRunAsync(
            Job,
            async (_, held) =>
            {
                foreach (var part in (Func<Pass, Action<string>, CancellationToken, ValueTask>[])[CheckEngineAsync, CheckCountsAsync, CheckManifestsAsync, CheckBlobsAsync, CheckObjectsAsync])
                    await TryAsync(pass, () => part(pass, progress, held));
            },
            ct);
        return ran ? pass.Report() : throw new RegistryException(ErrorCode.Conflict, "another check is running already, here or on another node");
    }

    /// <summary>A part that a broken database does not let come to its end is told of, and the others go on.</summary>
    private static async ValueTask TryAsync(Pass pass, Func<ValueTask> part)
    {
        try
        {
            await part();
        }
        // What its pages hold need not be what any program ever wrote. A store that cannot be reached is no finding.
        catch (Exception e) when (e is DamagedDatabaseException or InvalidDataException or InvalidOperationException or DbException)
        {
            pass.AddEngine($"{e.Message}; what follows it was not looked at");
        }
    }

    /// <summary>(1)</summary>
    private async ValueTask CheckEngineAsync(Pass pass, Action<string> progress, CancellationToken ct)
    {
        progress("the database's own files");
        foreach (var finding in await metadata.VerifyEngineAsync(ct))
            pass.AddEngine(finding);
    }

    /// <summary>(2)</summary>
    private async ValueTask CheckCountsAsync(Pass pass, Action<string> progress, CancellationToken ct)
    {
        foreach (var (name, check) in ((string, Func<long, ValueTask<CheckPage>>)[])[
            ("blobs", after => metadata.CheckBlobsAsync(after, Page, pass.Repair, ct)),
            ("repositories", after => metadata.CheckRepositoriesAsync(after, Page, pass.Repair, ct)),
            ("manifests", after => metadata.CheckManifestsAsync(after, Page, pass.Repair, ct))])
        {
            progress($"counts of {name}");
            for (var last = 0L; await check(last) is { Last: { } next } page; last = next)
            {
                pass.AddMiscounted(page.Findings.Count);
                foreach (var finding in page.Findings)
                    pass.Add(finding.Text);
            }
        }
    }

    /// <summary>(3) Only a push of the manifest brings its bytes back. What its row says is in them.</summary>
    private async ValueTask CheckManifestsAsync(Pass pass, Action<string> progress, CancellationToken ct)
    {
        var last = 0L;
        while (await metadata.ListManifestBytesAsync(last, ManifestPage, ct) is { Count: > 0 } manifests)
        {
            last = manifests[^1].Place.Row;
            pass.Manifests += manifests.Count;
            foreach (var manifest in manifests)
                await CheckManifestAsync(pass, manifest, ct);
            progress($"{pass.Manifests} manifests");
        }
    }

    private async ValueTask CheckManifestAsync(Pass pass, ManifestBytes manifest, CancellationToken ct)
    {
        var name = $"manifest {manifest.Place.Digest} of {manifest.Place.Registry}/{manifest.Place.Repository}";
        if (!manifest.IsSound)
        {
            pass.DamagedManifests++;
            pass.Add($"{name}: its bytes in the database are not its own; push it again");
        }
        else if (manifest.ReadFacts() is not { } facts)
        {
            pass.DamagedManifests++;
            pass.Add($"{name}: the database has lost its media type, and its bytes do not say it; push it again");
        }
        else if (facts != manifest.Facts)
        {
            pass.AddMiscounted(1);
            pass.Add($"{name}: what the database says of it is not what its bytes say");
            if (pass.Repair)
                await metadata.MendManifestAsync(manifest.Place, facts, ct);
        }
    }

    /// <summary>(4) Whether bytes of the right number are right is the scrub's to say.</summary>
    private async ValueTask CheckBlobsAsync(Pass pass, Action<string> progress, CancellationToken ct)
    {
        Digest? last = null;
        while (await metadata.ListBlobsAsync(last, Page, ct) is { Count: > 0 } blobs)
        {
            last = blobs[^1].Digest;
            pass.Blobs += blobs.Count;
            await Parallel.ForEachAsync(blobs, new ParallelOptions { MaxDegreeOfParallelism = Stats, CancellationToken = ct }, async (blob, stop) =>
            {
                if (blob.Damaged is not null)
                {
                    pass.AddDamaged($"blob {blob.Digest} is known to be damaged; push it again");
                    return;
                }
                var stat = await driver.StatAsync(BlobPaths.Blob(blob.Digest), stop);
                if (stat?.Size == blob.Size)
                    return;
                // A sweep may have taken it, row first, since the page was read.
                if (stat is null && (await metadata.FindUnknownAsync([blob.Digest], stop)).Count > 0)
                    return;
                var finding = stat is { } other ? $"blob {blob.Digest} has {other.Size} bytes where {blob.Size} belong" : $"blob {blob.Digest} has no bytes";
                if (pass.Repair && await RepairAsync(pass, blob, stop) is Soundness.Whole)
                {
                    pass.AddMiscounted(1);
                    pass.Add($"{finding}; they are those of its digest, and its row was wrong");
                }
                else
                    pass.AddDamaged(finding);
            });
            progress($"{pass.Blobs} blobs");
        }
    }

    private async ValueTask<Soundness> RepairAsync(Pass pass, StoredBlob blob, CancellationToken ct)
    {
        try
        {
            var found = await quarantine.ExamineAsync(blob.Digest, blob.Size, ct);
            if (found is Soundness.Unknown)
                pass.Leave(1, $"blob {blob.Digest} could not be moved aside, because somebody is at work on it; check again");
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            pass.Leave(1, $"blob {blob.Digest} could not be read or moved aside: {e.Message}; check again");
            return Soundness.Unknown;
        }
    }

    /// <summary>(5) Younger objects may be those of an upload that is about to link them.</summary>
    private async ValueTask CheckObjectsAsync(Pass pass, Action<string> progress, CancellationToken ct)
    {
        var digests = new List<Digest>(Page);
        await foreach (var path in driver.ListAsync(BlobPaths.Blobs, ct))
        {
            pass.Objects++;
            if (BlobPaths.DigestOf(path) is not { } digest)
            {
                pass.Add($"{path} is none of Gantry's names; it is left alone");
                continue;
            }
            digests.Add(digest);
            if (digests.Count < Page)
                continue;
            await CheckObjectsAsync(pass, digests, ct);
            digests.Clear();
            progress($"{pass.Objects} objects");
        }
        await CheckObjectsAsync(pass, digests, ct);
    }

    private async ValueTask CheckObjectsAsync(Pass pass, IReadOnlyList<Digest> digests, CancellationToken ct)
    {
        var orphans = new List<Digest>();
        foreach (var digest in await metadata.FindUnknownAsync(digests, ct))
        {
            if (await driver.StatAsync(BlobPaths.Blob(digest), ct) is not { } stat || !collector.IsPastGrace(stat))
                continue;
            orphans.Add(digest);
            pass.Orphans++;
            pass.Add($"{BlobPaths.Blob(digest)} ({stat.Size} bytes) belongs to no blob");
        }
        if (pass.Repair && orphans.Count > 0)
            await RemoveAsync(pass, orphans, ct);
    }

    /// <summary>Under the collector's lease: its notes are what another collection takes over should this one die.</summary>
    private async ValueTask RemoveAsync(Pass pass, List<Digest> orphans, CancellationToken ct)
    {
        if (await hasForeignJournal(ct))
        {
            pass.Leave(orphans.Count, $"{orphans.Count} objects were left where they are: the store has another database's journal, which may name them. Rebuild from that (\"admin rebuild --line\"), or delete it below \"{BlobPaths.Journal}\" once nobody needs it");
            return;
        }
        CollectReport? report = null;
        if (!await jobs.TryRunAsync(Collector.Job, async (lease, held) => report = await collector.DeleteOrphansAsync(lease, orphans, held), ct))
        {
            pass.Leave(orphans.Count, $"{orphans.Count} objects were left where they are, because a collection is running; check again");
            return;
        }
        foreach (var error in report!.Errors)
            pass.Add($"could not be removed: {error}; check again");
        if (orphans.Count - report.Blobs is > 0 and var left)
            pass.Leave(left, $"{left} objects of nobody could not be removed; check again");
    }

    private sealed class Pass(bool repair)
    {
        private readonly Lock _lock = new();
        private readonly List<string> _findings = [];
        private long _damaged;
        private long _miscounted;
        private long _left;

        /// <summary>Whoever finds through a broken index that nothing names a blob is wrong: then nothing is set right, and nothing removed.</summary>
        public bool Repair => repair && Engine == 0;

        public long Blobs { get; set; }

        public long Manifests { get; set; }

        public long Objects { get; set; }

        public long DamagedManifests { get; set; }

        public long Orphans { get; set; }

        public long Engine { get; private set; }

        public void AddEngine(string finding)
        {
            if (Engine++ == 0)
                Add("the database itself is damaged, and nothing is repaired then: stop the server, move the database aside, and put a backup back (admin restore) or make it anew (admin rebuild)");
            Add($"database: {finding}");
        }

        public void Add(string finding)
        {
            lock (_lock)
            {
                if (_findings.Count < MaxFindings)
                    _findings.Add(finding);
            }
        }

        public void AddDamaged(string finding)
        {
            Interlocked.Increment(ref _damaged);
            Add(finding);
        }

        public void AddMiscounted(int count) => Interlocked.Add(ref _miscounted, count);

        /// <summary>Something was to be repaired, and was not.</summary>
        public void Leave(long count, string finding)
        {
            Interlocked.Add(ref _left, count);
            Add(finding);
        }

        public CheckReport Report() => new()
        {
            Repaired = Repair && _left == 0,
            Left = _left,
            Blobs = Blobs,
            Manifests = Manifests,
            Objects = Objects,
            Damaged = _damaged,
            DamagedManifests = DamagedManifests,
            Orphans = Orphans,
            Miscounted = _miscounted,
            Engine = Engine,
            Findings = _findings,
        };
    }
}
