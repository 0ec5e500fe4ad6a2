using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>What operators ask: who names what, what is damaged, what does not agree.</summary>
public abstract partial class SqlMetadataStore
{
    public ValueTask<BlobFacts> FindBlobFactsAsync(Digest digest, CancellationToken ct) =>
        WriteLazilyAsync(transaction => SqlPlaces.FindFacts(transaction, Holds, digest), ct);

    public async ValueTask<IReadOnlyList<ManifestPlace>> ListManifestPlacesAsync(Digest manifest, int limit, CancellationToken ct) =>
        await ReadAsync(db => SqlPlaces.ListManifests(db, manifest, limit), ct);

    public async ValueTask<IReadOnlyList<ManifestPlace>> ListBlobUsersAsync(Digest blob, int limit, CancellationToken ct) =>
        await ReadAsync(db => SqlPlaces.ListUsers(db, blob, limit), ct);

    public async ValueTask<IReadOnlyList<string>> ListIdleLinksAsync(Digest blob, int limit, CancellationToken ct) =>
        await ReadAsync(db => SqlPlaces.ListIdleLinks(db, blob, limit), ct);

    public ValueTask<ManifestKeepers> FindKeepersAsync(ManifestPlace manifest, int limit, CancellationToken ct) =>
        ReadAsync(db => db.InTransaction(() => SqlPlaces.FindKeepers(db, manifest, limit)), ct);

    public async ValueTask<IReadOnlyList<StoredBlob>> ListBlobsAsync(Digest? after, int limit, CancellationToken ct) =>
        await ReadAsync(db => SqlDamage.List(db, after, limit), ct);

    public async ValueTask<IReadOnlyList<StoredBlob>> ListDamagedAsync(int limit, CancellationToken ct) => await ReadAsync(db => SqlDamage.ListDamaged(db, limit), ct);

    public async ValueTask<long> CountDamagedAsync(CancellationToken ct) => await ReadAsync(db => db.Number("select count(*) from blob where damaged > 0") ?? 0, ct);

    public async ValueTask MendSizeAsync(Digest digest, long size, CancellationToken ct) => await WriteAsync(transaction => SqlBlobLinks.MendSize(transaction, digest, size), ct);

    public ValueTask<GoingBlob?> TakeDamagedAsync(JobLease lease, Digest digest, TimeSpan lifetime, CancellationToken ct) =>
        TakeAsync((transaction, marked) => SqlDamage.Take(transaction, Holds, lease, digest, lifetime, marked), ct);

    public async ValueTask<bool> SettleDamageAsync(JobLease lease, Digest digest, bool whole, CancellationToken ct)
    {
        var finished = await WriteAsync(transaction => SqlDamage.Settle(transaction, lease, digest, whole), ct);
        Holds.Stay(finished);
        return finished.Count > 0;
    }

    public async ValueTask<IReadOnlyList<ManifestBytes>> ListManifestBytesAsync(long after, int limit, CancellationToken ct) =>
        await ReadAsync(db => SqlCheck.ListManifests(db, after, limit), ct);

    public async ValueTask MendManifestAsync(ManifestPlace place, ManifestFacts facts, CancellationToken ct) =>
        await WriteAsync(transaction => { SqlCheck.Mend(transaction, place, facts); return 0; }, ct);

    public async ValueTask<IReadOnlyList<Digest>> FindUnknownAsync(IReadOnlyList<Digest> digests, CancellationToken ct) =>
        await ReadAsync(db => SqlDamage.FindUnknown(db, digests), ct);

    public ValueTask<CheckPage> CheckBlobsAsync(long after, int limit, bool repair, CancellationToken ct) => CheckAsync(SqlCheck.Blobs, after, limit, repair, ct);

    public ValueTask<CheckPage> CheckRepositoriesAsync(long after, int limit, bool repair, CancellationToken ct) => CheckAsync(SqlCheck.Repositories, after, limit, repair, ct);

    public ValueTask<CheckPage> CheckManifestsAsync(long after, int limit, bool repair, CancellationToken ct) => CheckAsync(SqlCheck.Manifests, after, limit, repair, ct);

    public virtual ValueTask<IReadOnlyList<string>> VerifyEngineAsync(CancellationToken ct) => new([]);

    /// <summary>Looks with a reader first: the writer is asked only for the rows that are wrong, one in a transaction, and judges each again.</summary>
    private async ValueTask<CheckPage> CheckAsync(
        Func<SqlSession, WriteTransaction?, long, int, CheckPage> check, long after, int limit, bool repair, CancellationToken ct)
    {
        var page = await ReadAsync(db => check(db, null, after, limit), ct);
        if (!repair)
            return page;
        var findings = new List<CheckFinding>();
        foreach (var (row, _) in page.Findings)
            // A page of one row. Where it has gone meanwhile it is the next one's, and harmless.
            findings.AddRange((await WriteAsync(transaction => check(transaction.Db, transaction, row - 1, 1), ct)).Findings);
        return page with { Findings = findings };
    }
}
