using System.IO.Pipelines;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Registry;

/// <summary>Blobs that are there: serving, mounting, deleting. <see cref="Uploads"/> brings them.</summary>
public sealed class Blobs
{
    // A key, two small objects and two texts.
    private const int EntrySize = 700;

    // Without a source repository, this many of those that have the blob are looked at.
    private const int MaxMountCandidates = 1000;

    private readonly IMetadataStore _metadata;
    private readonly IBlobDriver _driver;
    private readonly RegistryLimits _limits;
    private readonly TimeProvider _time;
    private readonly GenerationCache<(RepositoryKey, string), ServedBlob> _served;
    private readonly BlobSender _sender;

    internal Blobs(IMetadataStore metadata, IBlobDriver driver, RegistryLimits limits, TimeProvider time)
    {
        (_metadata, _driver, _limits, _time) = (metadata, driver, limits, time);
        _served = new(limits.CacheBytes / 4);
        _sender = new BlobSender(driver, limits.VerifyReads, new VerifiedBlobs(), blob => Suspected?.Invoke(blob));
    }

    /// <summary>Told of a blob whose bytes turned out wrong or missing while they were to be sent.</summary>
    public Action<ServedBlob>? Suspected { get; set; }

    /// <summary>What the repository knows of a blob; bytes that only other repositories have are not there.</summary>
    /// <exception cref="RegistryException">The repository has it not, or a lock forbids pulling.</exception>
    public async ValueTask<ServedBlob> FindAsync(RepositoryKey repository, Digest digest, CancellationToken ct)
    {
        var epoch = await _metadata.ReadEpochAsync(repository.Registry, ct);
        var key = (repository, digest.ToString());
        var now = _time.GetUtcNow();
        var blob = _served.Find(key, epoch);
        if (blob is null || blob.FreshUntil <= now)
        {
            var (state, freshUntil) = await FindFreshAsync(repository, digest, now, ct);
            blob = new ServedBlob(digest, state.Size, await IsReadableAsync(repository, ct), freshUntil);
            _served.Keep(key, epoch, blob, EntrySize);
        }
        return blob.ReadEnabled ? blob : throw Refusal.Locked();
    }

    /// <summary>Where a client may read a blob from the store itself, without credentials; null where its bytes are to pass through here.</summary>
    public ValueTask<Uri?> FindRedirectAsync(Digest digest, CancellationToken ct) =>
        _limits.RedirectBlobs ? _driver.GetRedirectAsync(BlobPaths.Blob(digest), _limits.RedirectLifetime, ct) : new((Uri?)null);

    /// <summary>Writes and flushes a run of a blob's bytes.</summary>
    /// <returns>Bytes written: fewer than asked where the store holds fewer or wrong ones, -1 where nothing was written.</returns>
    public ValueTask<long> CopyToAsync(ServedBlob blob, ByteRange range, PipeWriter output, CancellationToken ct) => _sender.SendAsync(blob, range, output, ct);

    /// <summary>Gives the repository a blob that another one has, so that nobody uploads it again.</summary>
    /// <param name="repository">Where the blob is wanted.</param>
    /// <param name="from">Where it is said to be; null searches.</param>
    /// <param name="digest">The blob.</param>
    /// <param name="mayPull">Whether the caller may pull from a repository. Others are passed over as if they had it not: bytes are proof of nothing (CVE-2024-39897).</param>
    /// <param name="ct">Cancels the search.</param>
    /// <returns>False where it cannot be mounted and must be uploaded.</returns>
    /// <exception cref="RegistryException">A lock forbids writing to the repository.</exception>
    public async ValueTask<bool> MountAsync(
        RepositoryKey repository, RepositoryName? from, Digest digest, Func<RepositoryName, bool> mayPull, CancellationToken ct)
    {
        if (from is { } source)
            return mayPull(source) && await MountFromAsync(repository, source, digest, ct);

        var candidates = 0;
        await foreach (var candidate in _metadata.ListRepositoriesWithBlobAsync(repository.Registry, digest, ct))
        {
            if (++candidates > MaxMountCandidates)
                return false;
            if (mayPull(candidate) && await MountFromAsync(repository, candidate, digest, ct))
                return true;
        }
        return false;
    }

    /// <summary>Takes a blob from the repository. Its bytes go later, when no repository has them.</summary>
    /// <exception cref="RegistryException">The repository has it not, a lock forbids it, or a manifest still names it.</exception>
    public async ValueTask DeleteAsync(RepositoryKey repository, Digest digest, CancellationToken ct)
    {
        Refusal.DemandDeletion(_limits);
        Refusal.Demand(await _metadata.UnlinkBlobAsync(repository, digest, ct), Refusal.BlobUnknown(digest));
    }

    /// <summary>A client that is told of a blob does not upload it, and counts on it for its manifest: so a blob that nothing names, and has been so for half the grace, gets the whole grace again.</summary>
    /// <remarks>
    /// A blob that is in use may lose its last manifest at any time, in a registry whose epoch is not read here: what was found is true for half the grace and no longer.
    /// The time of a candidate is the store's, <paramref name="now"/> this node's; while they differ by less than half the grace nobody loses what they were told of.
    /// Without a grace nothing is promised, and nothing renewed.
    /// </remarks>
    private async ValueTask<(BlobState State, DateTimeOffset FreshUntil)> FindFreshAsync(RepositoryKey repository, Digest digest, DateTimeOffset now, CancellationToken ct)
    {
        var half = _limits.CollectGrace / 2;
        var state = await _metadata.FindBlobStateAsync(repository, digest, ct) ?? throw Refusal.BlobUnknown(digest);
        if (half <= TimeSpan.Zero)
            return (state, DateTimeOffset.MaxValue);
        if (state.Candidate is { } since && since + half <= now)
        {
            try
            {
                state = await _metadata.RenewBlobAsync(repository, digest, ct) ?? throw Refusal.BlobUnknown(digest);
            }
            catch (IOException)
            {
                // A database that only reads any more goes on serving; whether it can promise again is asked the next time.
                return (state, now);
            }
        }
        // Not later than half the grace from now, whatever a clock that is ahead has written.
        return (state, state.Candidate is { } candidate && candidate < now ? candidate + half : now + half);
    }

    private async ValueTask<bool> MountFromAsync(RepositoryKey repository, RepositoryName from, Digest digest, CancellationToken ct)
    {
        // What may not be pulled may not be mounted either.
        if (!await IsReadableAsync(repository with { Name = from }, ct))
            return false;
        var outcome = await _metadata.MountBlobAsync(repository, from, digest, _time.GetUtcNow(), ct);
        return outcome switch
        {
            CommitOutcome.Done => true,
            CommitOutcome.Locked => throw Refusal.Locked(),
            _ => false,
        };
    }

    /// <summary>A repository that holds blobs alone has no record yet, and so no locks.</summary>
    private async ValueTask<bool> IsReadableAsync(RepositoryKey repository, CancellationToken ct) =>
        await _metadata.FindRepositoryAsync(repository, ct) is not { Attributes.ReadEnabled: false };
}
