using System.Data.Common;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Counts what is kept as a count, a page of rows in a transaction.</summary>
internal static class SqlCheck
{
    /// <remarks>A row that a broken page has made unreadable is passed over: those behind it are to be read all the same.</remarks>
    public static List<ManifestBytes> ListManifests(SqlSession db, long after, int limit)
    {
        while (true)
        {
            var rows = db.All(
                """
                select m.media_type, m.size, m.image_size, m.config_type, m.artifact_type, m.subject, m.id, g.name, r.name, m.digest, m.candidate, c.bytes
                from manifest m join repository r on r.id = m.repository join registry g on g.id = r.registry left join manifest_content c on c.manifest = m.id
                where m.id > ?1 order by m.id limit ?2
                """,
                row => (Id: row.GetInt64(6), Manifest: row.IfReadable(Read)), after, (long)limit);
            List<ManifestBytes> manifests = [.. rows.Select(row => row.Manifest).OfType<ManifestBytes>()];
            if (manifests.Count > 0 || rows.Count < limit)
                return manifests;
            after = rows[^1].Id;
        }
    }

    /// <summary>Sets right what a row says of a manifest, if it is that manifest's still.</summary>
    public static void Mend(WriteTransaction transaction, ManifestPlace place, ManifestFacts facts)
    {
        var db = transaction.Db;
        if (db.Number("select r.registry from manifest m join repository r on r.id = m.repository where m.id = ?1 and m.digest = ?2", place.Row, Columns.Of(place.Digest)) is not { } registry)
            return;
        Write(db, place.Row, facts);
        SqlReferences.Judge(db, place.Row, transaction.Now);
        transaction.Raise(new RegistryId(registry));
    }

    /// <summary>Puts what a row says of a manifest beside a push of it.</summary>
    /// <returns>Whether it said something else. A media type that the bytes can be read as stays as it was.</returns>
    public static bool Mend(SqlSession db, long manifest, ManifestFacts pushed)
    {
        var (type, said) = db.All(
            "select media_type, size, image_size, config_type, artifact_type, subject from manifest where id = ?1",
            row => (MediaType.TryParse(row.GetString(0), out var own) && own.IsManifest ? own : pushed.MediaType, row.IfReadable(ReadFacts)), manifest)[0];
        var right = pushed with { MediaType = type };
        if (said == right)
            return false;
        Write(db, manifest, right);
        return true;
    }

    private static void Write(SqlSession db, long manifest, ManifestFacts facts) => db.Execute(
        "update manifest set media_type = ?2, size = ?3, image_size = ?4, config_type = ?5, artifact_type = ?6, subject = ?7 where id = ?1",
        manifest, facts.MediaType.ToString(), facts.Size, facts.ImageSize, facts.ConfigMediaType?.ToString(), facts.ArtifactType?.ToString(), Columns.Of(facts.Subject));

    private static ManifestBytes Read(DbDataReader row) => new(
        new ManifestPlace(row.GetInt64(6), row.GetString(7), row.RepositoryName(8), row.Digest(9), row.GetInt64(1), row.GetInt64(10) == 0 ? null : row.Time(10)),
        row.IsDBNull(11) ? null : (ReadOnlyMemory<byte>?)row.Bytes(11),
        MediaType.TryParse(row.GetString(0), out var type) ? type : null,
        row.IfReadable(ReadFacts));

    /// <summary>The first six columns.</summary>
    private static ManifestFacts ReadFacts(DbDataReader row) =>
        new(row.MediaType(0), row.GetInt64(1), row.GetInt64(2), row.OptionalMediaType(3), row.OptionalMediaType(4), row.OptionalDigest(5));

    public static CheckPage Blobs(SqlSession db, WriteTransaction? repair, long after, int limit)
    {
        var rows = db.All(
            "select b.id, b.digest, b.uses, b.candidate, (select count(*) from manifest_blob u where u.blob = b.id) from blob b where b.id > ?1 order by b.id limit ?2",
            row => (Id: row.GetInt64(0), Digest: row.Digest(1), Uses: row.GetInt64(2), Candidate: row.GetInt64(3), Counted: row.GetInt64(4)), after, (long)limit);
        var findings = new List<CheckFinding>();
        foreach (var (id, digest, uses, candidate, counted) in rows)
        {
            if (uses == counted && candidate > 0 == (counted == 0))
                continue;
            findings.Add(new(id, $"blob {digest} is named by {counted} manifests, and its row says {uses}{(candidate > 0 ? ", a candidate" : "")}"));
            repair?.Db.Execute("update blob set uses = ?2, candidate = ?3 where id = ?1", id, counted, counted == 0 ? Columns.Of(repair.Now) : 0L);
        }
        return Page(rows.Count, findings, rows.Count == 0 ? null : rows[^1].Id);
    }

    public static CheckPage Repositories(SqlSession db, WriteTransaction? repair, long after, int limit)
    {
        var rows = db.All(
            """
            select r.id, g.name, r.name, r.manifest_count, r.tag_count,
              (select count(*) from manifest m where m.repository = r.id), (select count(*) from tag t where t.repository = r.id), r.registry
            from repository r join registry g on g.id = r.registry where r.id > ?1 order by r.id limit ?2
            """,
            row => (Id: row.GetInt64(0), Name: $"{row.GetString(1)}/{row.GetString(2)}", Kept: (row.GetInt64(3), row.GetInt64(4)), Counted: (Manifests: row.GetInt64(5), Tags: row.GetInt64(6)), Registry: row.GetInt64(7)),
            after, (long)limit);
        var findings = new List<CheckFinding>();
        foreach (var row in rows)
        {
            if (row.Kept == row.Counted)
                continue;
            findings.Add(new(row.Id, $"repository {row.Name} has {row.Counted.Manifests} manifests and {row.Counted.Tags} tags, and its row says {row.Kept.Item1} and {row.Kept.Item2}"));
            repair?.Db.Execute("update repository set manifest_count = ?2, tag_count = ?3 where id = ?1", row.Id, row.Counted.Manifests, row.Counted.Tags);
            repair?.Raise(new RegistryId(row.Registry));
        }
        return Page(rows.Count, findings, rows.Count == 0 ? null : rows[^1].Id);
    }

    public static CheckPage Manifests(SqlSession db, WriteTransaction? repair, long after, int limit)
    {
        var rows = db.All(
            $"select id, digest, candidate, cast(case when {SqlReferences.Kept} then 1 else 0 end as bigint) from manifest where id > ?1 order by id limit ?2",
            row => (Id: row.GetInt64(0), Digest: row.Digest(1), Candidate: row.GetInt64(2), Kept: row.GetInt64(3) != 0), after, (long)limit);
        var findings = new List<CheckFinding>();
        foreach (var (id, digest, candidate, kept) in rows)
        {
            if (candidate > 0 != kept)
                continue;
            findings.Add(new(id, kept ? $"manifest {digest} is kept, and its row says that nothing does" : $"nothing keeps manifest {digest}, and its row does not say so"));
            if (repair is not null)
                SqlReferences.Judge(repair.Db, id, repair.Now);
        }
        return Page(rows.Count, findings, rows.Count == 0 ? null : rows[^1].Id);
    }

    private static CheckPage Page(int rows, IReadOnlyList<CheckFinding> findings, long? last) => new(rows, findings, last);
}
