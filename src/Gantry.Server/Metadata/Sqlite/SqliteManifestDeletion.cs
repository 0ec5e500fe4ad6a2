using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>Deletes a manifest, its tags, and on request what refers to it.</summary>
/// <remarks>The repository keeps its links to the blobs: they stay pullable until they are collected, and an upload under way may count on them.</remarks>
internal static class SqliteManifestDeletion
{
    private const string Select = "select id, digest, locks from manifest where repository = ?1";

    public static Deletion Run(WriteTransaction transaction, RepositoryKey key, Digest digest, bool withReferrers)
    {
        var db = transaction.Db;
        if (SqliteRepositories.FindRow(db, key) is not { } repository || FindVictims(db, repository.Id, digest, withReferrers) is not { Count: > 0 } victims)
            return Deletion.Refused(CommitOutcome.Missing);

        var tags = new List<Tag>();
        foreach (var victim in victims)
        {
            var own = db.All("select name, locks from tag where manifest = ?1 order by name", row => (Name: row.Tag(0), Locks: row.Locks(1)), victim.Id);
            if (!LockRules.MayDelete(repository.Locks, victim.Locks) || own.Exists(tag => !LockRules.MayDelete(repository.Locks, tag.Locks)))
                return Deletion.Refused(CommitOutcome.Locked);
            tags.AddRange(own.ConvertAll(tag => tag.Name));
        }

        foreach (var victim in victims)
        {
            db.Execute("delete from tag where manifest = ?1", victim.Id);
            DeleteRow(db, victim.Id, transaction.Now);
        }
        SqliteRepositories.Count(db, repository, -victims.Count, -tags.Count, transaction.Now);
        transaction.Raise(key.Registry);
        return new Deletion(CommitOutcome.Done, victims.ConvertAll(victim => victim.Digest), tags);
    }

    /// <summary>The manifest first, then its referrers, then theirs. A digest cannot refer to itself, but the set is closed all the same.</summary>
    private static List<Victim> FindVictims(PreparedConnection db, long repository, Digest digest, bool withReferrers)
    {
        var victims = db.All($"{Select} and digest = ?2", Read, repository, Columns.Of(digest));
        if (!withReferrers)
            return victims;
        var seen = victims.Select(victim => victim.Id).ToHashSet();
        for (var i = 0; i < victims.Count; i++)
            victims.AddRange(db.All($"{Select} and subject = ?2 order by digest", Read, repository, Columns.Of(victims[i].Digest)).Where(found => seen.Add(found.Id)));
        return victims;
    }

    /// <summary>Removes a manifest whose tags are gone. A blob that it used last becomes a candidate for collection.</summary>
    public static void DeleteRow(PreparedConnection db, long manifest, DateTimeOffset now)
    {
        db.Execute(
            """
            update blob set uses = uses - 1, candidate = case when uses = 1 then ?2 else 0 end
            where id in (select blob from manifest_blob where manifest = ?1)
            """,
            manifest, Columns.Of(now));
        db.Execute("delete from manifest_blob where manifest = ?1", manifest);
        db.Execute("delete from manifest_content where manifest = ?1", manifest);
        db.Execute("delete from manifest where id = ?1", manifest);
    }

    private static Victim Read(Microsoft.Data.Sqlite.SqliteDataReader row) => new(row.GetInt64(0), row.Digest(1), row.Locks(2));

    private sealed record Victim(long Id, Digest Digest, ChangeableAttributes Locks);
}
