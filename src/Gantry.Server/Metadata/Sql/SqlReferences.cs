using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>What keeps a manifest: a tag, an index that names it, or a subject that is there.</summary>
/// <remarks>
/// Judged anew for the few manifests that a transaction touches, so that nobody ever walks a repository to find those that nothing keeps.
/// What hangs on a candidate is no candidate itself: it becomes one when the candidate goes, as old as that one was.
/// </remarks>
internal static class SqlReferences
{
    /// <summary>Whether something keeps the row of <c>manifest</c> that a statement is at.</summary>
    public const string Kept = """
        (exists (select 1 from tag t where t.manifest = manifest.id)
          or exists (select 1 from manifest_child c where c.repository = manifest.repository and c.digest = manifest.digest)
          or exists (select 1 from manifest s where s.repository = manifest.repository and s.digest = manifest.subject))
        """;

    public static void AddChildren(SqlSession db, long repository, long parent, IEnumerable<Digest> children)
    {
        foreach (var child in children)
            db.Execute("insert into manifest_child (repository, digest, parent) values (?1, ?2, ?3) on conflict do nothing", repository, Columns.Of(child), parent);
    }

    /// <summary>Something may have begun or ceased to keep a manifest. Who is a candidate already stays one since when it was.</summary>
    public static void Judge(SqlSession db, long manifest, DateTimeOffset since) => db.Execute(
        $"update manifest set candidate = case when {Kept} then 0 when candidate > 0 then candidate else ?2 end where id = ?1", manifest, Columns.Of(since));

    /// <summary>Somebody counts on a manifest: if it is a candidate, its time begins anew.</summary>
    public static void Renew(SqlSession db, long manifest, DateTimeOffset now) =>
        db.Execute("update manifest set candidate = ?2 where id = ?1 and candidate > 0", manifest, Columns.Of(now));

    /// <summary>A manifest came: what it names, and what names it as its subject, is kept from now on.</summary>
    public static void KeepAround(SqlSession db, long repository, byte[] digest, IEnumerable<Digest> children)
    {
        db.Execute("update manifest set candidate = 0 where repository = ?1 and subject = ?2 and candidate > 0", repository, digest);
        foreach (var child in children)
            db.Execute("update manifest set candidate = 0 where repository = ?1 and digest = ?2 and candidate > 0", repository, Columns.Of(child));
    }

    // Like the table of victims: of the writer's own connection.
    public const string CreateBereft = "create temp table if not exists bereft (id integer primary key)";

    /// <summary>Notes what the victims of a delete keep: asked while they are still there.</summary>
    public static void NoteBereft(SqlSession db)
    {
        db.Execute(CreateBereft);
        db.Execute("delete from bereft");
        db.Execute(
            """
            insert into bereft
            select m.id from victim v join manifest_child c on c.parent = v.id join manifest m on m.repository = c.repository and m.digest = c.digest
            union
            select m.id from victim v join manifest s on s.id = v.id join manifest m on m.repository = s.repository and m.subject = s.digest
            """);
    }

    /// <summary>The victims are gone: what nothing else keeps is a candidate.</summary>
    public static void JudgeBereft(SqlSession db, DateTimeOffset since) => db.Execute(
        $"update manifest set candidate = ?1 where id in (select id from bereft) and candidate = 0 and not {Kept}", Columns.Of(since));
}
