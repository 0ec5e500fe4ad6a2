using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Blobs whose bytes are wrong or missing.</summary>
internal static class SqlDamage
{
    private const string Select = "select digest, size, damaged from blob";

    /// <remarks>A row that a broken page has made unreadable is passed over: those behind it are to be read all the same.</remarks>
    public static List<StoredBlob> List(SqlSession db, Digest? after, int limit)
    {
        var key = after is { } last ? Columns.Of(last) : [];
        while (true)
        {
            var rows = db.All($"{Select} where digest > ?1 order by digest limit ?2", row => (Key: row.Bytes(0), Blob: row.IfReadable(Read)), key, (long)limit);
            List<StoredBlob> blobs = [.. rows.Select(row => row.Blob).OfType<StoredBlob>()];
            if (blobs.Count > 0 || rows.Count < limit)
                return blobs;
            key = rows[^1].Key;
        }
    }

    public static List<StoredBlob> ListDamaged(SqlSession db, int limit) =>
        db.All($"{Select} where damaged > 0 order by digest limit ?1", Read, (long)limit);

    /// <remarks>What an upload holds waits: it brings the right bytes, or ends.</remarks>
    public static GoingBlob? Take(WriteTransaction transaction, BlobHolds holds, JobLease lease, Digest digest, TimeSpan lifetime, List<Digest> marked)
    {
        var db = transaction.Db;
        var key = Columns.Of(digest);
        if (!SqlLeases.Holds(transaction, lease))
            return null;
        if (db.Number("select id from blob where digest = ?1", key) is not { } blob || !holds.TryGo(transaction, digest))
            return null;
        marked.Add(digest);
        db.Execute("update blob set damaged = ?2 where id = ?1 and damaged = 0", blob, Columns.Of(transaction.Now));
        SqlCollection.RaiseLinked(transaction, blob);
        var going = new GoingBlob(digest, db.Number("select size from blob where id = ?1", blob) ?? 0, GoingReason.Damage);
        SqlCollection.Note(transaction, going, lease, lifetime);
        return going;
    }

    public static List<Digest> Settle(WriteTransaction transaction, JobLease lease, Digest digest, bool whole)
    {
        var finished = SqlCollection.Finish(transaction, lease, [digest]);
        if (whole && finished.Count > 0)
            transaction.Db.Execute("update blob set damaged = 0 where digest = ?1", Columns.Of(digest));
        return finished;
    }

    public static List<Digest> FindUnknown(SqlSession db, IReadOnlyList<Digest> digests) =>
        [.. digests.Where(digest => db.Number("select 1 from blob where digest = ?1", Columns.Of(digest)) is null)];

    private static StoredBlob Read(System.Data.Common.DbDataReader row) =>
        new(row.Digest(0), row.GetInt64(1), row.GetInt64(2) == 0 ? null : row.Time(2));
}
