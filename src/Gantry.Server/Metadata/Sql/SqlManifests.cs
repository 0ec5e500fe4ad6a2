using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Manifests as they are read. How they come and go is in <see cref="SqlManifestCommit"/> and <see cref="SqlManifestDeletion"/>.</summary>
internal static class SqlManifests
{
    private const string Content = "m.digest, m.media_type, c.bytes";

    private const string ByDigest = $"""
        select {Content}, m.locks | r.locks, m.candidate
        from repository r join manifest m on m.repository = r.id join manifest_content c on c.manifest = m.id
        where r.registry = ?1 and r.name = ?2 and m.digest = ?3
        """;

    /// <summary>The tag is asked of its index too: a flipped bit in one of the two must not lead to another manifest.</summary>
    private const string ByTag = $"""
        select {Content}, m.locks | r.locks | t.locks, m.candidate
        from repository r join tag t on t.repository = r.id join manifest m on m.id = t.manifest join manifest_content c on c.manifest = m.id
        where r.registry = ?1 and r.name = ?2 and t.name = ?3
          and exists (select 1 from tag i indexed by tag_by_manifest where i.manifest = t.manifest and i.repository = t.repository and i.name = t.name)
        """;

    // One statement sees one state: a manifest and its tags never come from two.
    private const string Facts = $"""
        select m.digest, m.media_type, m.size, m.created, m.updated, m.image_size, m.config_type, m.artifact_type, m.architecture, m.os, m.subject, m.locks,
          (select group_concat(t.name, ' ') from tag t where t.manifest = m.id)
        from manifest m where m.repository = {SqlRepositories.IdOfVisible}
        """;

    private const string Referrers = $"""
        select {Content} from manifest m join manifest_content c on c.manifest = m.id
        where m.repository = {SqlRepositories.IdOfVisible} and m.subject = ?3 and m.digest > ?4 and m.locks & 12 = 0
        """;

    public static StoredManifest? Find(SqlSession db, RepositoryKey key, Digest digest) =>
        db.First(ByDigest, ReadStored, key.Registry.Value, key.Name.ToString(), Columns.Of(digest));

    public static StoredManifest? Find(SqlSession db, RepositoryKey key, Tag tag) =>
        db.First(ByTag, ReadStored, key.Registry.Value, key.Name.ToString(), tag.ToString());

    public static DateTimeOffset? Renew(WriteTransaction transaction, RepositoryKey key, Digest digest)
    {
        var db = transaction.Db;
        if (SqlRepositories.FindRow(db, key) is not { } repository
            || db.Number("select id from manifest where repository = ?1 and digest = ?2 and candidate > 0", repository.Id, Columns.Of(digest)) is not { } manifest)
            return null;
        SqlReferences.Renew(db, manifest, transaction.Now);
        return transaction.Now;
    }

    public static ManifestRecord? FindRecord(SqlSession db, RepositoryKey key, Digest digest) =>
        db.First($"{Facts} and m.digest = ?3", ReadRecord, key.Registry.Value, key.Name.ToString(), Columns.Of(digest));

    public static List<ManifestRecord> List(SqlSession db, RepositoryKey key, ListPage page)
    {
        var (registry, name) = (key.Registry.Value, key.Name.ToString());
        // A key that is no digest is that of no entry: by name everything comes after it, by time it says nothing without its own.
        byte[] last = Digest.TryParse(page.Last, out var digest) ? Columns.Of(digest) : [];
        var sql = $"{Facts} and m.locks & 8 = 0 {KeysetPage.Clause(page.Order, "m.updated", "m.digest")}";
        if (page.Order is ListOrder.Name)
            return db.All(sql, ReadRecord, registry, name, last, (long)page.Limit);
        return KeysetPage.Since(page, _ => db.Number($"select updated from manifest where repository = {SqlRepositories.IdOfVisible} and digest = ?3", registry, name, last)) is { } since
            ? db.All(sql, ReadRecord, registry, name, since, last, (long)page.Limit)
            : [];
    }

    public static ManifestRecord? Update(WriteTransaction transaction, RepositoryKey key, Digest digest, AttributesChange change, DateTimeOffset now)
    {
        var db = transaction.Db;
        if (SqlRepositories.FindRow(db, key) is not { } repository || FindRecord(db, key, digest) is not { } found)
            return null;
        db.Execute(
            "update manifest set locks = ?3, updated = ?4 where repository = ?1 and digest = ?2",
            repository.Id, Columns.Of(digest), Columns.Of(found.Attributes.With(change)), Columns.Of(now));
        SqlJournal.Add(transaction, JournalKind.ManifestLocks, key, now, digest, null, found.Attributes.With(change));
        transaction.Raise(key.Registry);
        return FindRecord(db, key, digest);
    }

    public static List<ManifestContent> ListReferrers(SqlSession db, RepositoryKey key, Digest subject, MediaType? artifactType, ListPage page, long maxBytes)
    {
        byte[] last = Digest.TryParse(page.Last, out var digest) ? Columns.Of(digest) : [];
        var (registry, name, of) = (key.Registry.Value, key.Name.ToString(), Columns.Of(subject));
        long bytes = 0;
        bool IsEnough(ManifestContent content) => (bytes += content.Bytes.Length) > maxBytes;
        // What the referrers API calls a manifest without an artifact type is its config's media type.
        return artifactType is { } type
            ? db.Until(IsEnough, $"{Referrers} and coalesce(m.artifact_type, m.config_type) = ?5 order by m.digest limit ?6", ReadContent, registry, name, of, last, type.ToString(), (long)page.Limit)
            : db.Until(IsEnough, $"{Referrers} order by m.digest limit ?5", ReadContent, registry, name, of, last, (long)page.Limit);
    }

    private static StoredManifest ReadStored(DbDataReader row) => new(ReadContent(row), row.Locks(3).ReadEnabled) { Candidate = row.GetInt64(4) == 0 ? null : row.Time(4) };

    private static ManifestContent ReadContent(DbDataReader row)
    {
        var bytes = row.Bytes(2);
        return new ManifestContent(bytes, new Descriptor { Digest = row.Digest(0), MediaType = row.MediaType(1), Size = bytes.Length });
    }

    private static ManifestRecord ReadRecord(DbDataReader row)
    {
        string[] tags = row.OptionalText(12)?.Split(' ') ?? [];
        Array.Sort(tags, StringComparer.Ordinal);
        return new ManifestRecord
        {
            Descriptor = new Descriptor { Digest = row.Digest(0), MediaType = row.MediaType(1), Size = row.GetInt64(2) },
            Created = row.Time(3),
            Updated = row.Time(4),
            ImageSize = row.GetInt64(5),
            ConfigMediaType = row.OptionalMediaType(6),
            ArtifactType = row.OptionalMediaType(7),
            Architecture = row.OptionalText(8),
            Os = row.OptionalText(9),
            Subject = row.OptionalDigest(10),
            Attributes = row.Locks(11),
            Tags = tags,
        };
    }
}
