using Gantry.Protocol.Acr;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Gantry.Server.Storage;

namespace Gantry.Server.Archive;

/// <summary>Makes what a journal says true in an empty database.</summary>
/// <remarks><code>
///   for each repository:  (1) manifests, with links to the blobs that are there ──(2) tags ──(3) locks
///   at the end:           (4) the journal's line goes on from its last number
/// </code></remarks>
internal sealed class Rebuild(IMetadataStore metadata, IBlobDriver driver)
{
    private const int Parallel = 32;

    private readonly Lock _gate = new();
    private const string Job = "rebuild";

    // Nobody else is at the database: long enough for all of them.
    private static readonly TimeSpan MarkingLifetime = TimeSpan.FromHours(1);

    private readonly HashSet<Digest> _missing = [];
    private readonly List<string> _refused = [];

    public int Manifests { get; private set; }

    public int Tags { get; private set; }

    /// <summary>Blobs that manifests name and the store has not.</summary>
    public IReadOnlyCollection<Digest> Missing => _missing;

    /// <summary>What the journal names and the database did not take, each with a reason.</summary>
    public IReadOnlyList<string> Refused => _refused;

    /// <summary>Manifests whose bytes were not what their digest says.</summary>
    public List<Digest> Wrong { get; } = [];

    public async ValueTask RunAsync(JournalState state, IReadOnlyList<JournalFile> files, CancellationToken ct)
    {
        foreach (var ((registry, name), repository) in state.Repositories.Where(each => each.Value.Manifests.Count > 0))
        {
            var id = (await metadata.EnsureRegistryAsync(registry, repository.Manifests.Values.Min(manifest => manifest.Time), ct)).Id;
            var key = new RepositoryKey(id, name);
            var commits = new Dictionary<Digest, ManifestCommit>();

            // (1) Each waits for its own flush: many at a time share one.
            await System.Threading.Tasks.Parallel.ForEachAsync(repository.Manifests, Bounded(ct), async (pair, token) =>
            {
                var commit = await PrepareAsync(key, pair.Key, pair.Value, token);
                if (commit is null || !await TryCommitAsync(commit, $"the manifest {name}@{pair.Key}", token))
                    return;
                lock (_gate)
                    commits.Add(pair.Key, commit);
            });
            Manifests += commits.Count;

            // (2)
            var tags = new List<KeyValuePair<Tag, JournalState.Named>>();
            await System.Threading.Tasks.Parallel.ForEachAsync(repository.Tags, Bounded(ct), async (tag, token) =>
            {
                var words = $"the tag {name}:{tag.Key} of {tag.Value.Digest}";
                if (!commits.TryGetValue(tag.Value.Digest, out var commit))
                    Refuse(words, "its manifest is not there");
                else if (await TryCommitAsync(commit with { Tags = [tag.Key], Now = tag.Value.Time }, words, token))
                {
                    lock (_gate)
                        tags.Add(tag);
                }
            });
            Tags += tags.Count;

            // (3) Last: they would refuse what comes before.
            await LockAsync(key, repository, tags, ct);
        }

        // (4) Linked, so that a push of their bytes to any repository heals all that name them.
        await MarkMissingAsync(ct);

        // (5) A journal with a hole stays what it is, beside a new one: it may be all that says to whom the other blobs belong.
        if (state.Damages.Count + state.Gaps.Count + Wrong.Count + _refused.Count > 0)
            return;
        // Else above all that lies there, so that nothing of it is taken for another's; and with a snapshot at once, for the outbox is not told.
        var next = files.Select(file => file.Last).Append(state.Applied).Max() + 1;
        var snapshot = files.Where(file => file.IsSnapshot).Select(file => file.Last).DefaultIfEmpty(-1).Max();
        await metadata.ContinueJournalAsync(files[0].Line, next, snapshot, Journal.MostSegments, ct);
    }

    private async ValueTask MarkMissingAsync(CancellationToken ct)
    {
        if (_missing.Count == 0)
            return;
        var lease = await metadata.TakeJobAsync(Job, Guid.NewGuid().ToString("N"), MarkingLifetime, ct)
            ?? throw new InvalidOperationException("somebody is at work on the database that is made anew");
        foreach (var digest in _missing)
        {
            if (await metadata.TakeDamagedAsync(lease, digest, MarkingLifetime, ct) is null || !await metadata.SettleDamageAsync(lease, digest, whole: false, ct))
                throw new InvalidOperationException($"the missing blob {digest} could not be marked");
        }
        await metadata.ReleaseJobAsync(lease, ct);
    }

    private async ValueTask<bool> TryCommitAsync(ManifestCommit commit, string words, CancellationToken ct)
    {
        var result = await metadata.CommitManifestAsync(commit, ct);
        if (result.Outcome != CommitOutcome.Done)
            Refuse(words, $"the database refused it ({result.Outcome})");
        return result.Outcome == CommitOutcome.Done;
    }

    private void Refuse(string words, string reason)
    {
        lock (_gate)
            _refused.Add($"{words}: {reason}");
    }

    private static ParallelOptions Bounded(CancellationToken ct) => new() { MaxDegreeOfParallelism = Parallel, CancellationToken = ct };

    private async ValueTask<ManifestCommit?> PrepareAsync(RepositoryKey key, Digest digest, JournalState.Manifest known, CancellationToken ct)
    {
        if (await ReadAsync(digest, known, ct) is not { } bytes)
            return null;
        if (StoredDocument.Read(bytes, known.Type) is not { } manifest)
        {
            Refuse($"the manifest {key.Name}@{digest}", "it cannot be read");
            return null;
        }
        var (present, stored, awaited) = (new List<Descriptor>(), new List<Descriptor>(), new List<Digest>());
        // Where a digest is named both ways, the way that demands it is the one that counts.
        foreach (var blob in manifest.Blobs.OrderBy(blob => blob.MediaType.IsNonDistributable).DistinctBy(blob => blob.Digest))
        {
            var stat = await driver.StatAsync(BlobPaths.Blob(blob.Digest), ct);
            // What may not be distributed was perhaps never pushed.
            if (stat is null && blob.MediaType.IsNonDistributable)
            {
                awaited.Add(blob.Digest);
                continue;
            }
            if (await metadata.LinkBlobAsync(key, blob.Digest, stat?.Size ?? blob.Size, known.Time, ct) is not CommitOutcome.Done and var outcome)
            {
                Refuse($"the blob {blob.Digest} of {key.Name}", $"the database refused it ({outcome})");
                awaited.Add(blob.Digest);
                continue;
            }
            present.Add(blob);
            if (stat is not null)
                stored.Add(blob);
            else
            {
                lock (_gate)
                    _missing.Add(blob.Digest);
            }
        }
        var platform = await ImagePlatform.ReadAsync(driver, manifest, stored, RegistryLimits.Default, ct);
        var content = new ManifestContent(bytes, new Descriptor { MediaType = known.Type, Digest = digest, Size = bytes.Length });
        return ManifestCommit.Of(key, content, manifest, known.Time) with
        {
            Blobs = present,
            Awaited = awaited,
            Architecture = platform.Architecture,
            Os = platform.Os,
        };
    }

    private async ValueTask<byte[]?> ReadAsync(Digest digest, JournalState.Manifest known, CancellationToken ct)
    {
        await using var content = await driver.OpenReadAsync(known.File, new ByteRange(known.At, known.Length), ct);
        var bytes = new byte[known.Length];
        if (content is not null && await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct) == bytes.Length && Digest.Of(digest.Algorithm, bytes) == digest)
            return bytes;
        lock (_gate)
            Wrong.Add(digest);
        return null;
    }

    private async ValueTask LockAsync(RepositoryKey key, JournalState.Repository repository, IEnumerable<KeyValuePair<Tag, JournalState.Named>> tags, CancellationToken ct)
    {
        foreach (var (tag, named) in tags.Where(tag => tag.Value.Locks != ChangeableAttributes.Unlocked))
            await metadata.UpdateTagAsync(key, tag, ChangeOf(named.Locks), named.Time, ct);
        foreach (var (digest, manifest) in repository.Manifests.Where(manifest => manifest.Value.Locks != ChangeableAttributes.Unlocked))
            await metadata.UpdateManifestAsync(key, digest, ChangeOf(manifest.Locks), manifest.Time, ct);
        if (repository.Locks != ChangeableAttributes.Unlocked)
            await metadata.UpdateRepositoryAsync(key, ChangeOf(repository.Locks), repository.Manifests.Values.Max(manifest => manifest.Time), ct);
    }

    private static AttributesChange ChangeOf(ChangeableAttributes locks) => new()
    {
        DeleteEnabled = locks.DeleteEnabled,
        WriteEnabled = locks.WriteEnabled,
        ReadEnabled = locks.ReadEnabled,
        ListEnabled = locks.ListEnabled,
    };
}
