using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Deletes a manifest, its tags, and on request what refers to it.</summary>
/// <remarks>The repository keeps its links to the blobs: they stay pullable until they are collected, and an upload under way may count on them.</remarks>
internal static class SqlManifestDeletion
{
    // A table of the writer's own connection: the victims of the delete that runs, whose number has no bound.
    private const string CreateVictims = "create temp table if not exists victim (id integer primary key)";

    // Only a digest that is there is looked for among the subjects, so a circle ends: union lets nothing in twice.
    private const string SelectVictims = """
        with recursive found (id, digest) as (
          select id, digest from manifest where repository = ?1 and digest = ?2
          union
          select m.id, m.digest from found f cross join manifest m on m.repository = ?1 and m.subject = f.digest where ?3 <> 0
        )
        insert into victim select id from found
        """;

    public static Deletion Run(WriteTransaction transaction, RepositoryKey key, Digest digest, bool withReferrers)
    {
        var db = transaction.Db;
        if (SqlRepositories.FindRow(db, key) is not { } repository)
            return Deletion.Refused(CommitOutcome.Missing);
        Begin(db);
        if (db.Execute(SelectVictims, repository.Id, Columns.Of(digest), withReferrers ? 1L : 0L) == 0)
            return Deletion.Refused(CommitOutcome.Missing);
        if (!LockRules.MayWrite(repository.Locks) || db.Number(Held, Columns.NoDelete | Columns.NoWrite) is not null)
            return Deletion.Refused(CommitOutcome.Locked);
        var deletion = DeleteVictims(db, transaction.Now, transaction.Now);
        SqlRepositories.Count(db, repository, -deletion.Manifests.Count, -deletion.Tags.Count, transaction.Now);
        transaction.Raise(key.Registry);
        return deletion;
    }

    /// <summary>Deletes every manifest of a repository, with the tags; the locks were judged.</summary>
    public static Deletion RunAll(WriteTransaction transaction, long repository)
    {
        Begin(transaction.Db);
        transaction.Db.Execute("insert into victim select id from manifest where repository = ?1", repository);
        return DeleteVictims(transaction.Db, transaction.Now, transaction.Now);
    }

    /// <summary>Deletes those of some rows that nothing keeps and no lock holds.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="repository">Whose manifests they are.</param>
    /// <param name="since">Since when nothing keeps them: what they alone kept is a candidate since then too.</param>
    /// <param name="rows">The rows.</param>
    /// <returns>What went.</returns>
    public static IReadOnlyList<Digest> RunGarbage(WriteTransaction transaction, RepositoryRow repository, DateTimeOffset since, IReadOnlyList<long> rows)
    {
        var db = transaction.Db;
        if (!LockRules.MayWrite(repository.Locks))
            return [];
        Begin(db);
        foreach (var row in rows)
        {
            db.Execute(
                $"insert into victim select id from manifest where id = ?1 and repository = ?2 and candidate > 0 and candidate <= ?3 and locks & ?4 = 0 and not {SqlReferences.Kept}",
                row, repository.Id, Columns.Of(since), Columns.NoDelete | Columns.NoWrite);
        }
        var deletion = DeleteVictims(db, transaction.Now, since);
        if (deletion.Manifests.Count > 0)
            SqlRepositories.Count(db, repository, -deletion.Manifests.Count, 0, transaction.Now);
        return deletion.Manifests;
    }

    private static void Begin(SqlSession db)
    {
        db.Execute(CreateVictims);
        db.Execute("delete from victim");
    }

    /// <summary>A statement for each table, however many go: everybody else's writes wait meanwhile. A blob that was used last becomes a candidate for collection.</summary>
    private static Deletion DeleteVictims(SqlSession db, DateTimeOffset now, DateTimeOffset bereftSince)
    {
        SqlReferences.NoteBereft(db);
        SqlJournal.AddVictims(db, now);
        var manifests = db.All("select m.digest from victim v cross join manifest m on m.id = v.id order by m.digest", row => row.Digest(0));
        var tags = db.All("select t.name from victim v cross join tag t on t.manifest = v.id order by t.name", row => row.Tag(0));
        db.Execute("delete from tag where (repository, name) in (select t.repository, t.name from victim v cross join tag t on t.manifest = v.id)");
        db.Execute(
            """
            update blob set uses = uses - gone.times, candidate = case when uses = gone.times then ?1 else 0 end
            from (select u.blob, count(*) as times from victim v cross join manifest_blob u on u.manifest = v.id group by u.blob) as gone
            where blob.id = gone.blob
            """,
            Columns.Of(now));
        foreach (var table in (string[])["manifest_blob where manifest", "manifest_awaits where manifest", "manifest_child where parent", "manifest_content where manifest", "manifest where id"])
            db.Execute($"delete from {table} in (select id from victim)");
        SqlReferences.JudgeBereft(db, bereftSince);
        return new Deletion(CommitOutcome.Done, manifests, tags);
    }

    /// <summary><see cref="LockRules.MayGo"/> over all victims and their tags at once.</summary>
    private const string Held = """
        select 1 where exists (select 1 from victim v cross join manifest m on m.id = v.id where m.locks & ?1 <> 0)
          or exists (select 1 from victim v cross join tag t on t.manifest = v.id where t.locks & ?1 <> 0)
        """;
}
