using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Registry;

/// <summary>Upload sessions: starting them, taking them up again, sweeping those that nobody finished.</summary>
public sealed class Uploads(IMetadataStore metadata, IBlobDriver driver, RegistryLimits limits, TimeProvider time)
{
    private const int SweepBatch = 100;

    private readonly string _node = Guid.NewGuid().ToString("N");
    private readonly UploadHashes _hashes = new(limits.MaxUploadHashes);

    /// <summary>Starts a session. The caller disposes it; it stays open until it is completed, cancelled or swept.</summary>
    /// <param name="repository">Where the blob will be.</param>
    /// <param name="owner">Who starts it. Nobody else can go on with it.</param>
    /// <param name="algorithm">What the client will close it with, as far as it said.</param>
    /// <param name="ct">Cancels the start.</param>
    /// <exception cref="RegistryException">A lock forbids writing to the repository, or the owner has too many sessions open.</exception>
    public async ValueTask<UploadSession> StartAsync(RepositoryKey repository, string owner, DigestAlgorithm algorithm, CancellationToken ct)
    {
        Refusal.DemandStorable(algorithm);
        var (record, upload) = await OpenAsync(repository, owner, algorithm, ct);
        try
        {
            if (await metadata.AddUploadAsync(record, limits.MaxOpenUploads, ct) is not CommitOutcome.Done)
                throw Refusal.TooManyUploads(limits.MaxOpenUploads);
        }
        catch
        {
            await upload.CancelAsync(CancellationToken.None);
            await upload.DisposeAsync();
            throw;
        }
        return new UploadSession(record, upload, _hashes, Stores) { Known = true };
    }

    /// <summary>Takes a session up again, also after a restart.</summary>
    /// <exception cref="RegistryException">This repository has no such session of this owner, or another request works on it.</exception>
    public async ValueTask<UploadSession> ResumeAsync(RepositoryKey repository, Guid id, string owner, CancellationToken ct)
    {
        var record = await FindAsync(repository, id, owner, ct);
        if (_hashes.Enter(id) is not { } hash)
            throw Busy();
        IBlobUpload? upload = null;
        UploadLease? lease = null;
        try
        {
            lease = await ClaimAsync(id, hash, ct);
            upload = await OpenAsync(record, ct);
        }
        finally
        {
            if (upload is null)
            {
                try
                {
                    await (lease?.DisposeAsync() ?? ValueTask.CompletedTask);
                }
                finally
                {
                    _hashes.Leave(id, finished: true);
                }
            }
        }
        if (upload is not null)
            return new UploadSession(record, upload, _hashes, Stores, hash) { Known = true, Lease = lease };

        // The bytes are gone, as after a power cut: the client starts anew. What is left of them the sweep removes, for another node may be about to.
        await metadata.RemoveUploadAsync(id, ct);
        throw new RegistryException(ErrorCode.BlobUploadUnknown);
    }

    /// <summary>Claims a session against the other nodes, where there may be any. What this node hashed still counts if nobody had the session in between.</summary>
    private async ValueTask<UploadLease?> ClaimAsync(Guid id, UploadHashes.Entry hash, CancellationToken ct) =>
        await TryClaimAsync(id, hash, ct) is { } lease ? lease : metadata.IsShared ? throw Busy() : null;

    /// <returns>Null where another node has the session, and where there are no other nodes.</returns>
    private async ValueTask<UploadLease?> TryClaimAsync(Guid id, UploadHashes.Entry hash, CancellationToken ct)
    {
        if (!metadata.IsShared || await UploadLease.TakeAsync(metadata, id, _node, time, ct) is not { } lease)
            return null;
        if (lease.Fence != hash.Fence + 1)
            hash.Forget();
        hash.Fence = lease.Fence;
        return lease;
    }

    /// <summary>How many bytes a session holds, also while a request works on it: by then there may be more.</summary>
    /// <exception cref="RegistryException">This repository has no such session of this owner.</exception>
    public async ValueTask<long> MeasureAsync(RepositoryKey repository, Guid id, string owner, CancellationToken ct)
    {
        var record = await FindAsync(repository, id, owner, ct);
        await using var upload = await OpenAsync(record, ct);
        return upload?.Length ?? throw new RegistryException(ErrorCode.BlobUploadUnknown);
    }

    /// <summary>Stores a blob that comes whole in one request. No session outlives it, whatever happens.</summary>
    /// <param name="repository">Where the blob will be.</param>
    /// <param name="owner">Who brings it.</param>
    /// <param name="digest">What its bytes must come to.</param>
    /// <param name="content">The bytes; not disposed.</param>
    /// <param name="length">How many the client announced; null where it announced none.</param>
    /// <param name="ct">Stops between blocks.</param>
    /// <exception cref="RegistryException">The bytes are not those of the digest, are too many, or a lock forbids writing.</exception>
    public async ValueTask PutAsync(RepositoryKey repository, string owner, Digest digest, Stream content, long? length, CancellationToken ct)
    {
        Refusal.DemandStorable(digest.Algorithm);
        var (record, upload) = await OpenAsync(repository, owner, digest.Algorithm, ct);
        await using var session = new UploadSession(record, upload, _hashes, Stores);
        try
        {
            await session.AppendAsync(content, length, ct);
            await session.CompleteAsync(digest, ct);
        }
        catch
        {
            // The request may be over, so its token no longer counts.
            await session.CancelAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Drops the sessions that are older than their lifetime, and bytes that no session knows.</summary>
    /// <param name="report">Told why one could not be dropped. The others go all the same, and its turn comes again with the next sweep.</param>
    /// <param name="ct">Stops between two of them.</param>
    /// <returns>How many uploads went.</returns>
    public async ValueTask<int> SweepAsync(Action<Exception> report, CancellationToken ct)
    {
        var before = time.GetUtcNow() - limits.UploadLifetime;
        var swept = 0;
        IReadOnlyList<UploadRecord> records = [];
        do
        {
            records = await metadata.ListUploadsAsync(before, records.Count == 0 ? null : records[^1], SweepBatch, ct);
            foreach (var record in records)
            {
                if (await TryAsync(() => ForgetAsync(record, ct), report))
                    swept++;
            }
        }
        while (records.Count == SweepBatch);

        // What nobody touched for that long belongs to no session any more: its record was older still.
        await foreach (var token in driver.ListUploadsAsync(before, ct))
        {
            if (await TryAsync(() => DropAsync(token, ct), report))
                swept++;
        }
        return swept;
    }

    /// <returns>False where a request works on the session.</returns>
    private async ValueTask<bool> ForgetAsync(UploadRecord record, CancellationToken ct)
    {
        if (_hashes.Enter(record.Id) is not { } hash)
            return false;
        try
        {
            await using var lease = await TryClaimAsync(record.Id, hash, ct);
            if (lease is null && metadata.IsShared)
                return false;
            await DropAsync(record.Token, ct);
            await metadata.RemoveUploadAsync(record.Id, ct);
            return true;
        }
        finally
        {
            _hashes.Leave(record.Id, finished: true);
        }
    }

    private static async ValueTask<bool> TryAsync(Func<ValueTask<bool>> drop, Action<Exception> report)
    {
        try
        {
            return await drop();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            report(e);
            return false;
        }
    }

    private UploadSession.Stores Stores => new(metadata, driver, limits, time);

    private async ValueTask<(UploadRecord Record, IBlobUpload Upload)> OpenAsync(
        RepositoryKey repository, string owner, DigestAlgorithm algorithm, CancellationToken ct)
    {
        // The link at the end is refused anyway; this spares the client the upload.
        if (await metadata.FindRepositoryAsync(repository, ct) is { Attributes.WriteEnabled: false })
            throw Refusal.Locked();
        var upload = await driver.OpenUploadAsync(null, ct) ?? throw new IOException("the blob store did not start an upload");
        var record = new UploadRecord
        {
            Id = Guid.NewGuid(),
            Repository = repository,
            Owner = owner,
            Token = upload.Token,
            Algorithm = algorithm,
            Created = time.GetUtcNow(),
        };
        return (record, upload);
    }

    /// <summary>A session's bytes; null where they are gone.</summary>
    private async ValueTask<IBlobUpload?> OpenAsync(UploadRecord record, CancellationToken ct)
    {
        var upload = await driver.OpenUploadAsync(record.Token, ct);
        if (upload is not { IsGone: true })
            return upload;
        await upload.DisposeAsync();
        return null;
    }

    /// <summary>Another's session, another repository's and no session at all answer alike: an id tells nothing.</summary>
    private async ValueTask<UploadRecord> FindAsync(RepositoryKey repository, Guid id, string owner, CancellationToken ct) =>
        await metadata.FindUploadAsync(id, ct) is { } record && record.Repository == repository && record.Owner == owner
            ? record
            : throw new RegistryException(ErrorCode.BlobUploadUnknown);

    private async ValueTask<bool> DropAsync(string token, CancellationToken ct)
    {
        await using var upload = await driver.OpenUploadAsync(token, ct);
        if (upload is not null)
            await upload.CancelAsync(ct);
        return true;
    }

    private static RegistryException Busy() =>
        new(409, [new RegistryError(ErrorCode.BlobUploadInvalid, "another request works on this upload; ask for its status and go on from there")])
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
}
