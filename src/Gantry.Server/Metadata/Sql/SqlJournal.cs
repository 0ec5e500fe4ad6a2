using System.Data.Common;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>The outbox of the journal: rows of the transactions that change what is named.</summary>
internal static class SqlJournal
{
    public static void Add(WriteTransaction transaction, JournalKind kind, RepositoryKey repository, DateTimeOffset now, Digest? digest = null, Tag? tag = null) =>
        Add(transaction, kind, repository, now, digest, tag, ChangeableAttributes.Unlocked);

    public static void Add(WriteTransaction transaction, JournalKind kind, RepositoryKey repository, DateTimeOffset now, Digest? digest, Tag? tag, ChangeableAttributes locks) =>
        transaction.Db.Execute(
            "insert into outbox (kind, registry, repository, digest, tag, locks, time) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (long)kind, repository.Registry.Value, repository.Name.ToString(), Columns.Of(digest), tag?.ToString(), Columns.Of(locks), Columns.Of(now));

    /// <summary>All victims of a deletion at once.</summary>
    public static void AddVictims(SqlSession db, DateTimeOffset now) => db.Execute(
        $"""
        insert into outbox (kind, registry, repository, digest, time)
        select {(int)JournalKind.ManifestGone}, r.registry, r.name, m.digest, ?1
        from victim v cross join manifest m on m.id = v.id join repository r on r.id = m.repository
        """,
        Columns.Of(now));

    public static JournalBatch Read(SqlSession db, int limit, long maxBytes) => db.InTransaction(() =>
    {
        var (line, next, snapshot, segments) = State(db);
        var (number, last, bytes) = (next, 0L, 0L);
        var records = db.Until(
            _ => bytes > maxBytes,
            $"""
            select o.kind, g.name, o.repository, o.digest, m.media_type, o.tag, o.locks, o.time, c.bytes, o.id from outbox o
            join registry g on g.id = o.registry
            left join repository r on r.registry = o.registry and r.name = o.repository and o.kind = {(int)JournalKind.Manifest}
            left join manifest m on m.repository = r.id and m.digest = o.digest
            left join manifest_content c on c.manifest = m.id
            order by o.id limit ?1
            """,
            row =>
            {
                var record = Read(row, number++);
                bytes += record.Bytes.Length;
                last = row.GetInt64(9);
                return record;
            },
            (long)limit);
        return new JournalBatch(records, last, line, next, snapshot, segments);
    });

    public static bool Forget(WriteTransaction transaction, JobLease lease, JournalBatch written)
    {
        var db = transaction.Db;
        if (!SqlLeases.Holds(transaction, lease) || db.Execute("update journal set next = next + ?1, segments = segments + 1 where next = ?2", (long)written.Records.Count, written.Next) == 0)
            return false;
        db.Execute("delete from outbox where id <= ?1", written.LastRow);
        return true;
    }

    public static long Snapshot(SqlSession db, Action begin, Action<JournalRecord> tell) => db.InSnapshot(() =>
    {
        begin();
        var covers = State(db).Next + (db.Number("select count(*) from outbox") ?? 0) - 1;
        db.Each(
            $"""
            select {(int)JournalKind.Manifest}, g.name, r.name, m.digest, m.media_type, null, m.locks, m.created, c.bytes
            from manifest m join manifest_content c on c.manifest = m.id join repository r on r.id = m.repository join registry g on g.id = r.registry order by m.id
            """,
            row => tell(Read(row, covers)));
        db.Each(
            $"""
            select {(int)JournalKind.Tag}, g.name, r.name, m.digest, null, t.name, t.locks, t.updated, null
            from tag t join manifest m on m.id = t.manifest join repository r on r.id = t.repository join registry g on g.id = r.registry order by t.repository, t.name
            """,
            row => tell(Read(row, covers)));
        db.Each(
            $"""
            select {(int)JournalKind.RepositoryLocks}, g.name, r.name, null, null, null, r.locks, r.updated, null
            from repository r join registry g on g.id = r.registry where r.locks <> 0 order by r.id
            """,
            row => tell(Read(row, covers)));
        return covers;
    });

    public static bool SetSnapshot(WriteTransaction transaction, JobLease lease, long covers) => SqlLeases.Holds(transaction, lease)
        && transaction.Db.Execute("update journal set snapshot = ?1, segments = 0 where snapshot <= ?1", covers) == 1;

    public static bool BeginLine(WriteTransaction transaction, JobLease lease, string line) => SqlLeases.Holds(transaction, lease)
        && transaction.Db.Execute("update journal set line = ?1, snapshot = -1, segments = 0", line) == 1;

    public static bool Continue(WriteTransaction transaction, string line, long next, long snapshot, long segments)
    {
        transaction.Db.Execute("delete from outbox");
        transaction.Db.Execute("update journal set line = ?1, next = ?2, snapshot = ?3, segments = ?4", line, next, snapshot, segments);
        return true;
    }

    private static (string Line, long Next, long Snapshot, long Segments) State(SqlSession db) =>
        db.All("select line, next, snapshot, segments from journal", row => (row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)))[0];

    private static JournalRecord Read(DbDataReader row, long sequence) => new()
    {
        Sequence = sequence,
        Kind = (JournalKind)row.GetInt64(0),
        Registry = row.GetString(1),
        Repository = row.RepositoryName(2),
        Digest = row.OptionalDigest(3),
        MediaType = row.OptionalMediaType(4),
        Tag = row.IsDBNull(5) ? null : row.Tag(5),
        Locks = row.Locks(6),
        Time = row.Time(7),
        Bytes = row.IsDBNull(8) ? default : row.Bytes(8),
    };
}
