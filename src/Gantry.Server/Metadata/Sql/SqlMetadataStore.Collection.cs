using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Leases and collection. Whatever compares with the store's clock goes through the writer, which has it.</summary>
public abstract partial class SqlMetadataStore
{
    internal abstract BlobHolds Holds { get; }

    public ValueTask<JobLease?> TakeJobAsync(string name, string holder, TimeSpan lifetime, CancellationToken ct) =>
        WriteAsync(transaction => SqlLeases.Take(transaction, name, holder, lifetime), ct);

    public ValueTask<JobLease?> RenewJobAsync(JobLease lease, TimeSpan lifetime, CancellationToken ct) =>
        WriteAsync(transaction => SqlLeases.Renew(transaction, lease, lifetime), ct);

    public async ValueTask ReleaseJobAsync(JobLease lease, CancellationToken ct) => await WriteAsync(transaction => SqlLeases.Release(transaction, lease), ct);

    public ValueTask<bool> WriteJobStateAsync(JobLease lease, string state, CancellationToken ct) =>
        WriteAsync(transaction => SqlLeases.WriteState(transaction, lease, state), ct);

    public ValueTask<JobRecord?> FindJobAsync(string name, CancellationToken ct) =>
        WriteLazilyAsync(transaction => SqlLeases.Find(transaction.Db, name, transaction.Now), ct);

    public ValueTask<BlobHold?> HoldBlobAsync(Digest digest, TimeSpan lifetime, CancellationToken ct) => Holds.TakeAsync(this, digest, lifetime, ct);

    public ValueTask ReleaseHoldAsync(BlobHold hold, CancellationToken ct) => Holds.ReleaseAsync(this, hold, ct);

    public ValueTask<CommitOutcome> LinkHeldBlobAsync(RepositoryKey repository, BlobHold hold, long size, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => Holds.End(transaction, hold) ? SqlBlobLinks.Link(transaction, repository, hold.Digest, size, now) : CommitOutcome.ConditionFailed, ct);

    public ValueTask<BlobState?> FindBlobStateAsync(RepositoryKey repository, Digest digest, CancellationToken ct) =>
        ReadAsync(db => SqlBlobLinks.FindState(db, repository, digest), ct);

    public ValueTask<BlobState?> RenewBlobAsync(RepositoryKey repository, Digest digest, CancellationToken ct) =>
        WriteAsync(transaction => SqlBlobLinks.Renew(transaction, repository, digest), ct);

    public async ValueTask<IReadOnlyList<BlobCandidate>> ListCandidatesAsync(TimeSpan grace, BlobCandidate? after, int limit, CancellationToken ct) =>
        await ReadUntilAsync(grace, (db, until) => SqlCollection.List(db, until, after, limit), ct);

    public ValueTask<SweepBatch?> TakeCandidatesAsync(SweepTerms terms, CancellationToken ct) =>
        TakeAsync((transaction, marked) => SqlCollection.Take(transaction, Holds, terms, marked), ct);

    public async ValueTask<IReadOnlyList<GoingBlob>?> TakeOrphansAsync(JobLease lease, IReadOnlyList<Digest> digests, TimeSpan lifetime, CancellationToken ct) =>
        await TakeAsync((transaction, marked) => SqlCollection.TakeOrphans(transaction, Holds, lease, digests, lifetime, marked), ct);

    public async ValueTask<IReadOnlyList<GoingBlob>?> TakeOverAsync(JobLease lease, GoingReason reason, int limit, TimeSpan lifetime, CancellationToken ct) =>
        await WriteAsync(transaction => SqlCollection.TakeOver(transaction, lease, reason, limit, lifetime), ct);

    public async ValueTask<IReadOnlyList<Digest>> RenewNotesAsync(JobLease lease, IReadOnlyList<Digest> digests, TimeSpan lifetime, CancellationToken ct) =>
        await WriteAsync(transaction => SqlCollection.RenewNotes(transaction, lease, digests, lifetime), ct);

    public ValueTask<bool> IsAnythingGoingAsync(CancellationToken ct) => ReadAsync(SqlCollection.IsAnythingGoing, ct);

    public async ValueTask FinishAsync(JobLease lease, IReadOnlyList<Digest> digests, CancellationToken ct) =>
        Holds.Stay(await WriteAsync(transaction => SqlCollection.Finish(transaction, lease, digests), ct));

    public ValueTask<DateTimeOffset?> RenewManifestAsync(RepositoryKey repository, Digest digest, CancellationToken ct) =>
        WriteAsync(transaction => SqlManifests.Renew(transaction, repository, digest), ct);

    public async ValueTask<IReadOnlyList<ManifestCandidate>> ListManifestCandidatesAsync(TimeSpan age, ManifestCandidate? after, int limit, CancellationToken ct) =>
        await ReadUntilAsync(age, (db, until) => SqlManifestGarbage.List(db, until, after, limit), ct);

    public async ValueTask<IReadOnlyList<ManifestCandidate>?> DeleteManifestCandidatesAsync(JobLease lease, IReadOnlyList<ManifestCandidate> candidates, CancellationToken ct) =>
        await WriteAsync(transaction => SqlManifestGarbage.Delete(transaction, lease, candidates), ct);

    /// <summary>Reads up to a time ago. The writer is asked for the store's time alone: a long list must keep nobody waiting.</summary>
    private async ValueTask<T> ReadUntilAsync<T>(TimeSpan age, Func<SqlSession, DateTimeOffset, T> work, CancellationToken ct)
    {
        var until = await WriteLazilyAsync(transaction => transaction.Now, ct) - age;
        return await ReadAsync(db => work(db, until), ct);
    }

    /// <summary>Runs a take. Where it comes to nothing, what it marked as going stays.</summary>
    private async ValueTask<T> TakeAsync<T>(Func<WriteTransaction, List<Digest>, T> take, CancellationToken ct)
    {
        var marked = new List<Digest>();
        try
        {
            return await WriteAsync(
                transaction =>
                {
                    // An engine that begins anew finds the marks of its first attempt.
                    Holds.Stay(marked);
                    marked.Clear();
                    return take(transaction, marked);
                },
                ct);
        }
        catch
        {
            Holds.Stay(marked);
            throw;
        }
    }
}
