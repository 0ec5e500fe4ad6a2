using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Candidates for collection, and the notes of what is going.</summary>
/// <remarks>
/// A partial index holds the candidates alone, so a sweep costs what the garbage costs, whatever else is stored.
/// </remarks>
internal static class SqlCollection
{
    public static List<BlobCandidate> List(SqlSession db, DateTimeOffset until, BlobCandidate? after, int limit) =>
        CandidatePage.Read(db, "select b.digest, b.size, b.candidate, b.id from blob b", "b", Read, Range(until, after, limit));

    public static SweepBatch? Take(WriteTransaction transaction, BlobHolds holds, SweepTerms terms, List<Digest> marked)
    {
        var db = transaction.Db;
        if (!SqlLeases.Holds(transaction, terms.Lease))
            return null;
        holds.DropEnded(transaction);
        // Miscounted blobs are told from the others by what counts: the rows that name them.
        var rows = CandidatePage.Read(
            db, "select b.digest, b.size, b.candidate, b.id, (select count(*) from manifest_blob u where u.blob = b.id) from blob b", "b",
            row => (Candidate: Read(row), Users: row.GetInt64(4)), Range(transaction.Now - terms.Grace, terms.After, terms.Limit));
        var (taken, skipped) = (new List<GoingBlob>(), new List<SkippedBlob>());
        foreach (var (candidate, users) in rows)
        {
            if (users > 0)
                skipped.Add(new SkippedBlob(candidate.Digest, SkipReason.Miscounted));
            else if (!holds.TryGo(transaction, candidate.Digest))
                skipped.Add(new SkippedBlob(candidate.Digest, holds.IsHeld(transaction, candidate.Digest) ? SkipReason.Held : SkipReason.Going));
            else
            {
                marked.Add(candidate.Digest);
                RaiseLinked(transaction, candidate.Row);
                db.Execute("delete from blob_link where blob = ?1", candidate.Row);
                db.Execute("delete from blob where id = ?1", candidate.Row);
                taken.Add(new GoingBlob(candidate.Digest, candidate.Size, GoingReason.Garbage));
                Note(transaction, taken[^1], terms.Lease, terms.Lifetime);
            }
        }
        return new SweepBatch(taken, skipped, rows.Count == 0 ? null : rows[^1].Candidate);
    }

    public static List<GoingBlob>? TakeOrphans(WriteTransaction transaction, BlobHolds holds, JobLease lease, IReadOnlyList<Digest> digests, TimeSpan lifetime, List<Digest> marked)
    {
        if (!SqlLeases.Holds(transaction, lease))
            return null;
        var taken = new List<GoingBlob>();
        foreach (var digest in digests)
        {
            if (transaction.Db.Number("select 1 from blob where digest = ?1", Columns.Of(digest)) is not null || !holds.TryGo(transaction, digest))
                continue;
            marked.Add(digest);
            taken.Add(new GoingBlob(digest, 0, GoingReason.Garbage));
            Note(transaction, taken[^1], lease, lifetime);
        }
        return taken;
    }

    public static List<GoingBlob>? TakeOver(WriteTransaction transaction, JobLease lease, GoingReason reason, int limit, TimeSpan lifetime)
    {
        if (!SqlLeases.Holds(transaction, lease))
            return null;
        var now = transaction.Now;
        var left = transaction.Db.All(
            "select digest, size, reason from blob_going where ends <= ?1 and reason = ?2 order by ends limit ?3",
            row => new GoingBlob(row.Digest(0), row.GetInt64(1), (GoingReason)row.GetInt64(2)), Columns.Of(now), (long)reason, (long)limit);
        foreach (var blob in left)
            transaction.Db.Execute("update blob_going set sweep = ?2, ends = ?3 where digest = ?1", Columns.Of(blob.Digest), Sweep(lease), Columns.Of(now + lifetime));
        return left;
    }

    /// <summary>A note whose time is over is still its sweep's while nobody has taken it over: until then nobody may bring the bytes.</summary>
    public static List<Digest> RenewNotes(WriteTransaction transaction, JobLease lease, IReadOnlyList<Digest> digests, TimeSpan lifetime) => [.. digests.Where(digest =>
        transaction.Db.Execute(
            "update blob_going set ends = ?3 where digest = ?1 and sweep = ?2", Columns.Of(digest), Sweep(lease), Columns.Of(transaction.Now + lifetime)) == 1)];

    /// <summary>Only a note of the same sweep: a later one, which took it over, may be at work on it.</summary>
    public static List<Digest> Finish(WriteTransaction transaction, JobLease lease, IReadOnlyList<Digest> digests) => [.. digests.Where(digest =>
        transaction.Db.Execute("delete from blob_going where digest = ?1 and sweep = ?2", Columns.Of(digest), Sweep(lease)) == 1)];

    public static bool IsAnythingGoing(SqlSession db) => db.Number("select 1 from blob_going limit 1") is not null;

    public static bool IsGoing(SqlSession db, Digest digest) => db.Number("select 1 from blob_going where digest = ?1", Columns.Of(digest)) is not null;

    public static void Note(WriteTransaction transaction, GoingBlob blob, JobLease lease, TimeSpan lifetime) => transaction.Db.Execute(
        "insert into blob_going (digest, size, reason, sweep, ends) values (?1, ?2, ?3, ?4, ?5)",
        Columns.Of(blob.Digest), blob.Size, (long)blob.Reason, Sweep(lease), Columns.Of(transaction.Now + lifetime));

    /// <summary>Caches of every registry that has the blob learn that it is gone.</summary>
    public static void RaiseLinked(WriteTransaction transaction, long blob)
    {
        foreach (var registry in transaction.Db.All(
            "select distinct r.registry from blob_link l join repository r on r.id = l.repository where l.blob = ?1", row => new RegistryId(row.GetInt64(0)), blob))
            transaction.Raise(registry);
    }

    /// <summary>Fences count within a job: its name tells notes of one from those of another.</summary>
    private static string Sweep(JobLease lease) => $"{lease.Name}/{lease.Fence}";

    private static CandidateRange Range(DateTimeOffset until, BlobCandidate? after, int limit) => new(until, after?.Since, after?.Row ?? 0, limit);

    private static BlobCandidate Read(System.Data.Common.DbDataReader row) => new(row.Digest(0), row.GetInt64(1), row.Time(2), row.GetInt64(3));
}
