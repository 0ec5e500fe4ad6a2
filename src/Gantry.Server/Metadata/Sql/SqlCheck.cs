namespace Gantry.Server.Metadata.Sql;

/// <summary>Counts what is kept as a count, a page of rows in a transaction.</summary>
internal static class SqlCheck
{
    public static List<ManifestBytes> ListManifests(SqlSession db, long after, int limit) => db.All(
        """
        select m.id, g.name, r.name, m.digest, m.size, m.candidate, c.bytes
        from manifest m join repository r on r.id = m.repository join registry g on g.id = r.registry left join manifest_content c on c.manifest = m.id
        where m.id > ?1 order by m.id limit ?2
        """,
        row => new ManifestBytes(
            new ManifestPlace(row.GetInt64(0), row.GetString(1), row.RepositoryName(2), row.Digest(3), row.GetInt64(4), row.GetInt64(5) == 0 ? null : row.Time(5)),
            row.IsDBNull(6) ? null : (ReadOnlyMemory<byte>?)row.Bytes(6)),
        after, (long)limit);

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
            $"select id, digest, candidate, case when {SqlReferences.Kept} then 1 else 0 end from manifest where id > ?1 order by id limit ?2",
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
