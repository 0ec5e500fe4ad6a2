using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;

namespace Gantry.Server.Registry;

/// <summary>Manifests that are there: serving, describing, locking, deleting. <see cref="ManifestPusher"/> brings them.</summary>
public sealed class Manifests(IMetadataStore metadata, RegistryLimits limits, TimeProvider time)
{
    // An entry's objects and key, beside the manifest's bytes.
    private const int EntryOverhead = 700;

    private readonly GenerationCache<(RepositoryKey, string), ServedManifest> _served = new(limits.CacheBytes);

    /// <summary>A manifest by tag. The answer was true at some moment after the call began.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">There is none, or a lock forbids pulling it.</exception>
    public async ValueTask<ServedManifest> FetchAsync(RepositoryKey repository, Tag tag, CancellationToken ct)
    {
        // The epoch is read before the content: a delete between the two makes the entry stale, never wrong.
        var epoch = await metadata.ReadEpochAsync(repository.Registry, ct);
        var key = (repository, tag.ToString());
        return Readable(_served.Find(key, epoch)
            ?? Keep(key, epoch, await metadata.FindManifestAsync(repository, tag, ct) ?? throw Refusal.ManifestUnknown(tag), DateTimeOffset.MaxValue));
    }

    /// <summary>A manifest by digest.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">There is none, or a lock forbids pulling it.</exception>
    public async ValueTask<ServedManifest> FetchAsync(RepositoryKey repository, Digest digest, CancellationToken ct)
    {
        var epoch = await metadata.ReadEpochAsync(repository.Registry, ct);
        var key = (repository, digest.ToString());
        if (_served.Find(key, epoch) is { } served && (served.FreshUntil == DateTimeOffset.MaxValue || served.FreshUntil > time.GetUtcNow()))
            return Readable(served);
        var stored = await metadata.FindManifestAsync(repository, digest, ct) ?? throw Refusal.ManifestUnknown(digest);
        return Readable(Keep(key, epoch, stored, await PromiseAsync(repository, stored, ct)));
    }

    /// <summary>A client that is told of a manifest does not push it, and counts on it for its index: so one that nothing keeps, and has been so for half the grace, gets the whole grace again.</summary>
    /// <returns>How long what was found may be told. What keeps a manifest is of its own registry, whose epoch rises when that goes; only for a candidate time counts.</returns>
    /// <remarks>One write in half the grace for each manifest at most, however often it is asked for. As for blobs, clocks may differ by half the grace.</remarks>
    private async ValueTask<DateTimeOffset> PromiseAsync(RepositoryKey repository, StoredManifest stored, CancellationToken ct)
    {
        var (half, now) = (limits.CollectGrace / 2, time.GetUtcNow());
        if (stored.Candidate is not { } since || half <= TimeSpan.Zero)
            return DateTimeOffset.MaxValue;
        if (since + half <= now)
        {
            try
            {
                var digest = stored.Content.Descriptor.Digest;
                if (await metadata.RenewManifestAsync(repository, digest, ct) is { } renewed)
                    since = renewed;
                else
                    // Something keeps it by now, or a collection was quicker: that one must not be told of.
                    return await metadata.FindManifestAsync(repository, digest, ct) is null ? throw Refusal.ManifestUnknown(digest) : now;
            }
            catch (IOException)
            {
                // A database that only reads any more goes on serving; whether it can promise again is asked the next time.
                return now;
            }
        }
        return since < now ? since + half : now + half;
    }

    /// <summary>What is known of a manifest, and of an index the platforms that it lists.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">There is none.</exception>
    public async ValueTask<(ManifestRecord Record, IReadOnlyList<Descriptor> Entries)> DescribeAsync(RepositoryKey repository, Digest digest, CancellationToken ct)
    {
        var record = await metadata.FindManifestRecordAsync(repository, digest, ct) ?? throw Refusal.ManifestUnknown(digest);
        if (!record.Descriptor.MediaType.IsIndex)
            return (record, []);
        var stored = await metadata.FindManifestAsync(repository, digest, ct) ?? throw Refusal.ManifestUnknown(digest);
        return (record, [.. stored.Verified().Content.Parse(RegistryLimits.ForStored).Manifests]);
    }

    /// <summary>A page of a repository's manifests with their tags.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">There is no such repository.</exception>
    public async ValueTask<IReadOnlyList<ManifestRecord>> ListAsync(RepositoryKey repository, ListPage page, CancellationToken ct)
    {
        var manifests = page.Limit == 0 ? [] : await metadata.ListManifestsAsync(repository, page, ct);
        if (manifests.Count == 0 && await metadata.FindRepositoryAsync(repository, ct) is null)
            throw Refusal.Unknown(repository.Name);
        return manifests;
    }

    /// <summary>Changes a manifest's own locks. Allowed while it is locked, else nothing could ever be unlocked.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">There is none.</exception>
    public async ValueTask<ManifestRecord> UpdateAsync(RepositoryKey repository, Digest digest, AttributesChange change, CancellationToken ct) =>
        await metadata.UpdateManifestAsync(repository, digest, change, time.GetUtcNow(), ct) ?? throw Refusal.ManifestUnknown(digest);

    /// <summary>Deletes a manifest and every tag on it.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">There is none, or a lock on it or on one of its tags forbids it.</exception>
    public async ValueTask<Deletion> DeleteAsync(RepositoryKey repository, Digest digest, CancellationToken ct)
    {
        Refusal.DemandDeletion(limits);
        var deletion = await metadata.DeleteManifestAsync(repository, digest, limits.DeleteReferrersWithSubject, ct);
        Refusal.Demand(deletion.Outcome, Refusal.ManifestUnknown(digest));
        return deletion;
    }

    private ServedManifest Keep((RepositoryKey, string) key, long epoch, StoredManifest stored, DateTimeOffset freshUntil)
    {
        var served = new ServedManifest(stored.Verified()) { FreshUntil = freshUntil };
        if (served.Bytes.Length <= (limits.MaxCachedBytes ?? limits.MaxManifestBytes))
            _served.Keep(key, epoch, served, served.Bytes.Length + EntryOverhead);
        return served;
    }

    private static ServedManifest Readable(ServedManifest manifest) => manifest.ReadEnabled ? manifest : throw Refusal.Locked();
}
