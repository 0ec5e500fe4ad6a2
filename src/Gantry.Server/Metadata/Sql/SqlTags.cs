using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Tags.</summary>
internal static class SqlTags
{
    private const string Select = "select t.name, m.digest, t.created, t.updated, t.locks from tag t join manifest m on m.id = t.manifest";
    private const string InRepository = $"where t.repository = {SqlRepositories.IdOfVisible}";
    private const string OfManifest = $"where t.manifest = (select id from manifest where repository = {SqlRepositories.IdOfVisible} and digest = ";
    private const string Listed = "and t.locks & 8 = 0";

    public static TagRecord? Find(SqlSession db, RepositoryKey key, Tag tag) =>
        db.First($"{Select} {InRepository} and t.name = ?3", Read, key.Registry.Value, key.Name.ToString(), tag.ToString());

    public static List<TagRecord> List(SqlSession db, RepositoryKey key, Digest? digest, ListPage page)
    {
        var (registry, name, last) = (key.Registry.Value, key.Name.ToString(), page.Last ?? "");
        var clause = KeysetPage.Clause(page.Order, "t.updated", "t.name");
        List<object?> values = [registry, name, last, (long)page.Limit];
        if (page.Order is not ListOrder.Name)
        {
            if (KeysetPage.Since(page, key => db.Number($"select t.updated from tag t {InRepository} and t.name = ?3", registry, name, key)) is not { } since)
                return [];
            values.Insert(2, since);
        }
        if (digest is not { } wanted)
            return db.All($"{Select} {InRepository} {Listed} {clause}", Read, [.. values]);
        values.Add(Columns.Of(wanted));
        return db.All($"{Select} {OfManifest}?{values.Count}) {Listed} {clause}", Read, [.. values]);
    }

    public static TagRecord? Update(WriteTransaction transaction, RepositoryKey key, Tag tag, AttributesChange change, DateTimeOffset now)
    {
        var db = transaction.Db;
        if (SqlRepositories.FindRow(db, key) is not { } repository || Find(db, key, tag) is not { } found)
            return null;
        db.Execute(
            "update tag set locks = ?3, updated = ?4 where repository = ?1 and name = ?2",
            repository.Id, tag.ToString(), Columns.Of(found.Attributes.With(change)), Columns.Of(now));
        SqlJournal.Add(transaction, JournalKind.TagLocks, key, now, null, tag, found.Attributes.With(change));
        transaction.Raise(key.Registry);
        return Find(db, key, tag);
    }

    public static CommitOutcome Delete(WriteTransaction transaction, RepositoryKey key, Tag tag, DigestMatch? match, DateTimeOffset now)
    {
        var db = transaction.Db;
        if (SqlRepositories.FindRow(db, key) is not { } repository || Find(db, key, tag) is not { } found)
            return CommitOutcome.Missing;
        if (!LockRules.MayDelete(repository.Locks, found.Attributes))
            return CommitOutcome.Locked;
        if (match?.Covers(found.Digest) == false)
            return CommitOutcome.ConditionFailed;
        db.Execute("delete from tag where repository = ?1 and name = ?2", repository.Id, tag.ToString());
        SqlRepositories.Count(db, repository, manifests: 0, tags: -1, now);
        if (db.Number("select id from manifest where repository = ?1 and digest = ?2", repository.Id, Columns.Of(found.Digest)) is { } manifest)
            SqlReferences.Judge(db, manifest, transaction.Now);
        SqlJournal.Add(transaction, JournalKind.TagGone, key, now, null, tag);
        transaction.Raise(key.Registry);
        return CommitOutcome.Done;
    }

    private static TagRecord Read(DbDataReader row) => new()
    {
        Tag = row.Tag(0),
        Digest = row.Digest(1),
        Created = row.Time(2),
        Updated = row.Time(3),
        Attributes = row.Locks(4),
    };
}
