using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Which repositories have which blobs.</summary>
/// <remarks>
/// A blob that no manifest names is a candidate for collection from the moment it is linked; linking it again renews that moment,
/// so a push that counts on bytes which are there already has the whole grace time to bring its manifest.
/// </remarks>
internal static class SqlBlobLinks
{
    public static long? FindSize(SqlSession db, RepositoryKey key, Digest digest) => db.Number(
        """
        select b.size from repository r join blob_link l on l.repository = r.id join blob b on b.id = l.blob
        where r.registry = ?1 and r.name = ?2 and b.digest = ?3 and b.damaged = 0
        """,
        key.Registry.Value, key.Name.ToString(), Columns.Of(digest));

    public static BlobState? FindState(SqlSession db, RepositoryKey key, Digest digest) => db.First(
        """
        select b.size, b.candidate from repository r join blob_link l on l.repository = r.id join blob b on b.id = l.blob
        where r.registry = ?1 and r.name = ?2 and b.digest = ?3 and b.damaged = 0
        """,
        row => new BlobState(row.GetInt64(0), row.GetInt64(1) == 0 ? null : row.Time(1)), key.Registry.Value, key.Name.ToString(), Columns.Of(digest));

    public static BlobState? Renew(WriteTransaction transaction, RepositoryKey key, Digest digest)
    {
        var db = transaction.Db;
        if (FindState(db, key, digest) is { Candidate: not null })
            db.Execute("update blob set candidate = ?2 where digest = ?1 and uses = 0", Columns.Of(digest), Columns.Of(transaction.Now));
        return FindState(db, key, digest);
    }

    /// <summary>The row of a blob that a repository has, whole.</summary>
    public static long? FindId(SqlSession db, long repository, Digest digest) => db.Number(
        "select b.id from blob b join blob_link l on l.blob = b.id where b.digest = ?2 and l.repository = ?1 and b.damaged = 0", repository, Columns.Of(digest));

    /// <summary>The row of a blob that a repository has, whole or damaged.</summary>
    public static long? FindLinked(SqlSession db, long repository, Digest digest) => db.Number(
        "select b.id from blob b join blob_link l on l.blob = b.id where b.digest = ?2 and l.repository = ?1", repository, Columns.Of(digest));

    /// <summary>Links bytes that nobody held. They may be leaving: then they are not there.</summary>
    public static CommitOutcome LinkUnheld(WriteTransaction transaction, RepositoryKey key, Digest digest, long size, DateTimeOffset now) =>
        SqlCollection.IsGoing(transaction.Db, digest) ? CommitOutcome.ConditionFailed : Link(transaction, key, digest, size, now);

    /// <remarks>Since when a blob is a candidate is told by the store's clock, as the grace is: the clocks of callers need not agree.</remarks>
    public static CommitOutcome Link(WriteTransaction transaction, RepositoryKey key, Digest digest, long size, DateTimeOffset now)
    {
        var db = transaction.Db;
        var repository = SqlRepositories.Ensure(db, key, now);
        if (!LockRules.MayWrite(repository.Locks))
            return CommitOutcome.Locked;
        // The bytes were read just now: a size that is another was never right.
        MendSize(transaction, digest, size);
        db.Execute(
            """
            insert into blob (digest, size, candidate) values (?1, ?2, ?3)
            on conflict (digest) do update set
              candidate = case when blob.uses = 0 then excluded.candidate else 0 end, size = excluded.size, damaged = 0
            where blob.uses = 0 or blob.damaged > 0
            """,
            Columns.Of(digest), size, Columns.Of(transaction.Now));
        db.Execute(
            "insert into blob_link (repository, blob) select ?1, id from blob where digest = ?2 on conflict do nothing", repository.Id, Columns.Of(digest));
        UseAwaited(db, repository.Id, digest);
        return CommitOutcome.Done;
    }

    /// <returns>Whether it was wrong.</returns>
    public static bool MendSize(WriteTransaction transaction, Digest digest, long size)
    {
        if (transaction.Db.Number("select id from blob where digest = ?1 and size <> ?2", Columns.Of(digest), size) is not { } blob)
            return false;
        transaction.Db.Execute("update blob set size = ?2 where id = ?1", blob, size);
        SqlCollection.RaiseLinked(transaction, blob);
        return true;
    }

    /// <summary>The repository's manifests that came before the blob use it from now on. Nearly always there are none, and one look at an index tells.</summary>
    private static void UseAwaited(SqlSession db, long repository, Digest digest)
    {
        if (db.Number(AwaitingManifests + " limit 1", repository, Columns.Of(digest)) is null)
            return;
        var uses = db.Execute(
            $"insert into manifest_blob (manifest, blob) select manifest, (select id from blob where digest = ?2) from ({AwaitingManifests}) as awaiting", repository, Columns.Of(digest));
        db.Execute("update blob set uses = uses + ?1, candidate = 0 where digest = ?2", (long)uses, Columns.Of(digest));
        db.Execute($"delete from manifest_awaits where digest = ?2 and manifest in ({AwaitingManifests})", repository, Columns.Of(digest));
    }

    private const string AwaitingManifests =
        "select a.manifest from manifest_awaits a cross join manifest m on m.id = a.manifest where a.digest = ?2 and m.repository = ?1";

    public static CommitOutcome Mount(WriteTransaction transaction, RepositoryKey key, RepositoryName from, Digest digest, DateTimeOffset now) =>
        FindSize(transaction.Db, key with { Name = from }, digest) is { } size ? Link(transaction, key, digest, size, now) : CommitOutcome.Missing;

    public static CommitOutcome Unlink(WriteTransaction transaction, RepositoryKey key, Digest digest)
    {
        var db = transaction.Db;
        if (SqlRepositories.FindRow(db, key) is not { } repository || FindId(db, repository.Id, digest) is not { } blob)
            return CommitOutcome.Missing;
        if (!LockRules.MayWrite(repository.Locks))
            return CommitOutcome.Locked;
        if (db.Number("select 1 from manifest_blob u join manifest m on m.id = u.manifest where u.blob = ?1 and m.repository = ?2 limit 1", blob, repository.Id) is not null)
            return CommitOutcome.InUse;
        db.Execute("delete from blob_link where repository = ?1 and blob = ?2", repository.Id, blob);
        transaction.Raise(key.Registry);
        return CommitOutcome.Done;
    }

    public static List<RepositoryName> ListRepositories(SqlSession db, RegistryId registry, Digest digest, string last, int limit) => db.All(
        """
        select r.name from blob b join blob_link l on l.blob = b.id join repository r on r.id = l.repository
        where b.digest = ?2 and r.registry = ?1 and r.name > ?3 order by r.name limit ?4
        """,
        row => row.RepositoryName(0), registry.Value, Columns.Of(digest), last, (long)limit);
}
