using System.Data.Common;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Who names what, across registries.</summary>
internal static class SqlPlaces
{
    private const string Select = """
        select m.id, g.name, r.name, m.digest, m.size, m.candidate
        from manifest m join repository r on r.id = m.repository join registry g on g.id = r.registry
        """;

    public static BlobFacts FindFacts(WriteTransaction transaction, BlobHolds holds, Digest digest)
    {
        var facts = transaction.Db.First(
            "select size, candidate, damaged from blob where digest = ?1",
            row => new BlobFacts { Size = row.GetInt64(0), Candidate = OptionalTime(row, 1), Damaged = OptionalTime(row, 2) }, Columns.Of(digest));
        return (facts ?? new BlobFacts()) with { Held = holds.IsHeld(transaction, digest), Going = SqlCollection.IsGoing(transaction.Db, digest) };
    }

    /// <remarks>Repository by repository, each with a look into its index: no index is by digest alone, and none is worth its price for this.</remarks>
    public static List<ManifestPlace> ListManifests(SqlSession db, Digest digest, int limit) => db.All(
        """
        select m.id, g.name, r.name, m.digest, m.size, m.candidate
        from repository r cross join manifest m on m.repository = r.id and m.digest = ?1 join registry g on g.id = r.registry
        order by g.name, r.name limit ?2
        """,
        Read, Columns.Of(digest), (long)limit);

    public static List<ManifestPlace> ListUsers(SqlSession db, Digest blob, int limit) => db.All(
        $"{Select} join manifest_blob u on u.manifest = m.id join blob b on b.id = u.blob where b.digest = ?1 order by m.id limit ?2",
        Read, Columns.Of(blob), (long)limit);

    public static List<string> ListIdleLinks(SqlSession db, Digest blob, int limit) => db.All(
        """
        select g.name, r.name from blob b join blob_link l on l.blob = b.id join repository r on r.id = l.repository join registry g on g.id = r.registry
        where b.digest = ?1 and not exists (select 1 from manifest_blob u join manifest m on m.id = u.manifest where u.blob = b.id and m.repository = r.id)
        order by g.name, r.name limit ?2
        """,
        row => $"{row.GetString(0)}/{row.GetString(1)}", Columns.Of(blob), (long)limit);

    public static ManifestKeepers FindKeepers(SqlSession db, ManifestPlace manifest, int limit) => new(
        db.All("select name from tag where manifest = ?1 order by name limit ?2", row => row.Tag(0), manifest.Row, (long)limit),
        db.All(
            $"{Select} join manifest_child c on c.parent = m.id where c.digest = ?2 and c.repository = (select repository from manifest where id = ?1) order by m.id limit ?3",
            Read, manifest.Row, Columns.Of(manifest.Digest), (long)limit),
        db.First($"{Select} join manifest s on s.repository = m.repository and s.subject = m.digest where s.id = ?1", Read, manifest.Row));

    private static ManifestPlace Read(DbDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.RepositoryName(2), row.Digest(3), row.GetInt64(4), OptionalTime(row, 5));

    private static DateTimeOffset? OptionalTime(DbDataReader row, int column) => row.GetInt64(column) == 0 ? null : row.Time(column);
}
