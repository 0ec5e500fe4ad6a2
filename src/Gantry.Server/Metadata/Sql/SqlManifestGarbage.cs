namespace Gantry.Server.Metadata.Sql;

/// <summary>Manifests that nothing keeps, as <see cref="SqlReferences"/> judged them.</summary>
internal static class SqlManifestGarbage
{
    public static List<ManifestCandidate> List(SqlSession db, DateTimeOffset until, ManifestCandidate? after, int limit) => CandidatePage.Read(
        db,
        """
        select g.name, g.id, r.name, m.digest, m.size, m.candidate, (m.locks & 3) + (r.locks & 2), m.id
        from manifest m cross join repository r on r.id = m.repository cross join registry g on g.id = r.registry
        """,
        "m",
        row => new ManifestCandidate(
            row.GetString(0), new RepositoryKey(new RegistryId(row.GetInt64(1)), row.RepositoryName(2)), row.Digest(3), row.GetInt64(4), row.Time(5),
            row.GetInt64(6) != 0, row.GetInt64(7)),
        new CandidateRange(until, after?.Since, after?.Row ?? 0, limit));

    public static List<ManifestCandidate>? Delete(WriteTransaction transaction, JobLease lease, IReadOnlyList<ManifestCandidate> candidates)
    {
        if (!SqlLeases.Holds(transaction, lease))
            return null;
        var gone = new List<ManifestCandidate>();
        // By time, so that what a victim kept is as old as that victim and not as the youngest of the batch.
        foreach (var group in candidates.GroupBy(candidate => (candidate.Repository, candidate.Since)))
        {
            if (SqlRepositories.FindRow(transaction.Db, group.Key.Repository) is not { } repository)
                continue;
            var victims = SqlManifestDeletion.RunGarbage(transaction, repository, group.Key.Since, [.. group.Select(candidate => candidate.Row)]);
            if (victims.Count == 0)
                continue;
            transaction.Raise(group.Key.Repository.Registry);
            gone.AddRange(group.Where(candidate => victims.Contains(candidate.Digest)));
        }
        return gone;
    }
}
