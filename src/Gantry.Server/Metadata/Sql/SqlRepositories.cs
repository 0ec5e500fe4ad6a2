using Gantry.Protocol.Acr;
using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Repositories. Their counts are kept on their rows: counting a million tags takes a request's whole time.</summary>
internal static class SqlRepositories
{
    private const string Visible = "from repository where registry = ?1 and name = ?2 and manifest_count > 0";

    /// <summary>The id of a repository that may be shown, for the parameters ?1 registry and ?2 name.</summary>
    public const string IdOfVisible = $"(select id {Visible})";

    private const string Listed = $"from repository where registry = ?1 and manifest_count > 0 and locks & 8 = 0";

    private const string Select = "select name, created, updated, manifest_count, tag_count, locks";

    public static RepositoryRecord? Find(SqlSession db, RepositoryKey key) => db.First(
        $"{Select} {Visible}", Read, key.Registry.Value, key.Name.ToString());

    public static RepositoryRow? FindRow(SqlSession db, RepositoryKey key) => db.First(
        "select id, locks, manifest_count from repository where registry = ?1 and name = ?2",
        row => new RepositoryRow(row.GetInt64(0), row.Locks(1), row.GetInt64(2)), key.Registry.Value, key.Name.ToString());

    public static List<RepositoryRecord> List(SqlSession db, RegistryId registry, ListPage page)
    {
        var last = page.Last ?? "";
        if (page.Order is ListOrder.Name)
            return db.All($"{Select} {Listed} and name > ?2 order by name limit ?3", Read, registry.Value, last, (long)page.Limit);

        if (KeysetPage.Since(page, name => db.Number($"select updated {Visible}", registry.Value, name)) is not { } since)
            return [];
        var sql = page.Order is ListOrder.TimeAscending
            ? $"{Select} {Listed} and updated >= ?2 and (updated > ?2 or name > ?3) order by updated, name limit ?4"
            : $"{Select} {Listed} and updated <= ?2 and (updated < ?2 or name > ?3) order by updated desc, name limit ?4";
        return db.All(sql, Read, registry.Value, since, last, (long)page.Limit);
    }

    public static RepositoryRecord? Update(WriteTransaction transaction, RepositoryKey key, AttributesChange change, DateTimeOffset now)
    {
        var db = transaction.Db;
        if (FindRow(db, key) is not { ManifestCount: > 0 } row)
            return null;
        db.Execute("update repository set locks = ?2, updated = ?3 where id = ?1", row.Id, Columns.Of(row.Locks.With(change)), Columns.Of(now));
        SqlJournal.Add(transaction, JournalKind.RepositoryLocks, key, now, null, null, row.Locks.With(change));
        transaction.Raise(key.Registry);
        return Find(db, key);
    }

    /// <summary>The row of a repository that something is being put into.</summary>
    public static RepositoryRow Ensure(SqlSession db, RepositoryKey key, DateTimeOffset now)
    {
        if (FindRow(db, key) is { } row)
            return row;
        var id = db.Insert("insert into repository (registry, name, created, updated) values (?1, ?2, ?3, ?3)", key.Registry.Value, key.Name.ToString(), Columns.Of(now));
        return new RepositoryRow(id, ChangeableAttributes.Unlocked, 0);
    }

    /// <summary>Adds to the counts. The first manifest makes the repository anew; with the last one go its locks, and its tags have gone already.</summary>
    public static void Count(SqlSession db, RepositoryRow row, long manifests, long tags, DateTimeOffset now)
    {
        var first = row.ManifestCount == 0 && manifests > 0;
        db.Execute(
            """
            update repository set manifest_count = manifest_count + ?2, tag_count = tag_count + ?3, updated = ?4,
              created = case when ?5 <> 0 then ?4 else created end, locks = case when manifest_count + ?2 = 0 then 0 else locks end
            where id = ?1
            """,
            row.Id, manifests, tags, Columns.Of(now), first ? 1L : 0L);
    }

    public static Deletion Delete(WriteTransaction transaction, RepositoryKey key)
    {
        var db = transaction.Db;
        if (FindRow(db, key) is not { ManifestCount: > 0 } row)
            return Deletion.Refused(CommitOutcome.Missing);
        if (!LockRules.MayDelete(row.Locks) || db.Number(HeldWithin, row.Id, Columns.NoDelete | Columns.NoWrite) is not null)
            return Deletion.Refused(CommitOutcome.Locked);

        var deletion = SqlManifestDeletion.RunAll(transaction, row.Id);
        db.Execute("delete from blob_link where repository = ?1", row.Id);
        db.Execute("delete from repository where id = ?1", row.Id);
        SqlJournal.Add(transaction, JournalKind.RepositoryGone, key, transaction.Now);
        transaction.Raise(key.Registry);
        return deletion;
    }

    /// <summary><see cref="LockRules.MayGo"/> over everything in the repository at once.</summary>
    private const string HeldWithin = """
        select 1 where exists (select 1 from manifest where repository = ?1 and locks & ?2 <> 0)
          or exists (select 1 from tag where repository = ?1 and locks & ?2 <> 0)
        """;

    private static RepositoryRecord Read(DbDataReader row) => new()
    {
        Name = row.RepositoryName(0),
        Created = row.Time(1),
        Updated = row.Time(2),
        ManifestCount = row.GetInt64(3),
        TagCount = row.GetInt64(4),
        Attributes = row.Locks(5),
    };
}
