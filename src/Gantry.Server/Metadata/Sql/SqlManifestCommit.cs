using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Stores a manifest and points tags at it.</summary>
/// <remarks><code>
///   (1) locks ──► (2) condition ──► (3) everything it names is here ──► (4) manifest, bytes, uses of blobs ──► (5) tags ──► (6) counts
/// </code>
/// Refusals come before the first write, so a refused commit has nothing to undo.
/// </remarks>
internal static class SqlManifestCommit
{
    public static ManifestCommitResult Run(WriteTransaction transaction, ManifestCommit commit)
    {
        var db = transaction.Db;
        var repository = SqlRepositories.FindRow(db, commit.Repository);
        var digest = Columns.Of(commit.Content.Descriptor.Digest);

        // (1)
        var locks = repository?.Locks ?? ChangeableAttributes.Unlocked;
        var present = repository is null ? null : FindEntry(db, "select id, locks from manifest where repository = ?1 and digest = ?2", repository.Id, digest);
        var tags = commit.Tags.Distinct()
            .Select(tag => (Tag: tag, Entry: repository is null ? null : FindEntry(db, TagEntry, repository.Id, tag.ToString())))
            .ToList();
        if (!LockRules.MayWrite(locks)
            || (present is not null && tags.Count == 0 && !LockRules.MayWrite(locks, present.Locks))
            || tags.Exists(tag => tag.Entry is not null && !LockRules.MayWrite(locks, tag.Entry.Locks)))
            return ManifestCommitResult.Locked;

        // (2) Of two writers that take the same for granted the second one finds it changed: there is one transaction at a time.
        if (commit.Condition is { } condition && !condition.Holds(FindCurrent(db, present, condition, commit)))
            return ManifestCommitResult.ConditionFailed;

        // (3)
        var blobs = new HashSet<long>();
        var missing = FindMissing(db, repository, commit, blobs);
        if (missing.Count > 0)
            return new ManifestCommitResult(CommitOutcome.Missing, missing);

        // (4)
        repository ??= SqlRepositories.Ensure(db, commit.Repository, commit.Now);
        var manifest = present?.Id ?? Insert(db, repository.Id, digest, commit, blobs);
        if (present is null)
            SqlJournal.Add(transaction, JournalKind.Manifest, commit.Repository, commit.Now, commit.Content.Descriptor.Digest);
        var mended = present is not null && Mend(transaction, manifest, commit);

        // (5)
        var added = 0;
        foreach (var (tag, entry) in tags)
        {
            if (entry is null)
                added++;
            else if (entry.Id != manifest)
                transaction.Raise(commit.Repository.Registry);
            SetTag(db, repository.Id, tag, manifest, commit.Now);
            SqlJournal.Add(transaction, JournalKind.Tag, commit.Repository, commit.Now, commit.Content.Descriptor.Digest, tag);
            if (entry is not null && entry.Id != manifest)
                SqlReferences.Judge(db, entry.Id, transaction.Now);
        }
        if (present is null)
            KeepAround(db, repository.Id, digest, manifest, commit);
        if (present is null || tags.Count > 0 || mended)
            SqlReferences.Judge(db, manifest, transaction.Now);
        else
            SqlReferences.Renew(db, manifest, transaction.Now);

        // (6) A push that finds everything as it is, and names no tag, changes nothing.
        if (present is null || tags.Count > 0)
            SqlRepositories.Count(db, repository, present is null ? 1 : 0, added, commit.Now);
        return ManifestCommitResult.Done;
    }

    private const string TagEntry = "select manifest, locks from tag where repository = ?1 and name = ?2";

    private static Entry? FindEntry(SqlSession db, string sql, long repository, object key) =>
        db.First(sql, row => new Entry(row.GetInt64(0), row.Locks(1)), repository, key);

    private static Digest? FindCurrent(SqlSession db, Entry? present, PushCondition condition, ManifestCommit commit)
    {
        if (condition.Tag is { } tag)
            return SqlTags.Find(db, commit.Repository, tag)?.Digest;
        return present is null ? null : commit.Content.Descriptor.Digest;
    }

    private static List<Descriptor> FindMissing(SqlSession db, RepositoryRow? repository, ManifestCommit commit, HashSet<long> blobs)
    {
        var missing = new List<Descriptor>();
        foreach (var blob in commit.Blobs)
        {
            if (repository is not null && SqlBlobLinks.FindId(db, repository.Id, blob.Digest) is { } id)
                blobs.Add(id);
            else
                missing.Add(blob);
        }
        foreach (var child in commit.Manifests)
        {
            if (repository is null || db.Number("select 1 from manifest where repository = ?1 and digest = ?2", repository.Id, Columns.Of(child.Digest)) is null)
                missing.Add(child);
        }
        return missing;
    }

    private static long Insert(SqlSession db, long repository, byte[] digest, ManifestCommit commit, HashSet<long> blobs)
    {
        var descriptor = commit.Content.Descriptor;
        var manifest = db.Insert(
            """
            insert into manifest (repository, digest, media_type, size, created, updated, image_size, config_type, artifact_type, architecture, os, subject)
            values (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """,
            repository, digest, descriptor.MediaType.ToString(), descriptor.Size, Columns.Of(commit.Now), commit.ImageSize,
            commit.ConfigMediaType?.ToString(), commit.ArtifactType?.ToString(), commit.Architecture, commit.Os, Columns.Of(commit.Subject));
        db.Execute("insert into manifest_content (manifest, bytes) values (?1, ?2)", manifest, Columns.Of(commit.Content.Bytes));
        foreach (var awaited in commit.Awaited)
        {
            // It may have come since the pusher looked. A damaged one counts too: what heals it is no new link.
            if (SqlBlobLinks.FindLinked(db, repository, awaited) is { } come)
                blobs.Add(come);
            else
                db.Execute("insert into manifest_awaits (digest, manifest) values (?1, ?2) on conflict do nothing", Columns.Of(awaited), manifest);
        }
        foreach (var blob in blobs)
        {
            db.Execute("insert into manifest_blob (manifest, blob) values (?1, ?2)", manifest, blob);
            db.Execute("update blob set uses = uses + 1, candidate = 0 where id = ?1", blob);
        }
        return manifest;
    }

    /// <summary>What an index names is kept by it, and what refers to the manifest by that.</summary>
    private static void KeepAround(SqlSession db, long repository, byte[] digest, long manifest, ManifestCommit commit)
    {
        IReadOnlyList<Digest> children = [.. commit.Manifests.Select(child => child.Digest).Union(commit.Children)];
        SqlReferences.AddChildren(db, repository, manifest, children);
        SqlReferences.KeepAround(db, repository, digest, children);
    }

    /// <summary>The bytes at hand are those of the digest. What a broken disk has made of those that are stored, and of what their row says, is put right.</summary>
    /// <returns>Whether anything was.</returns>
    private static bool Mend(WriteTransaction transaction, long manifest, ManifestCommit commit)
    {
        var db = transaction.Db;
        var mended = SqlCheck.Mend(db, manifest, commit.Facts);
        var stored = db.First("select bytes from manifest_content where manifest = ?1", row => row.Bytes(0), manifest);
        if (stored is null || !commit.Content.Bytes.Span.SequenceEqual(stored))
        {
            db.Execute(
                "insert into manifest_content (manifest, bytes) values (?1, ?2) on conflict (manifest) do update set bytes = excluded.bytes",
                manifest, Columns.Of(commit.Content.Bytes));
            mended = true;
        }
        if (mended)
            transaction.Raise(commit.Repository.Registry);
        return mended;
    }

    /// <summary>A tag set again to where it points counts as a push: its time changes, as ACR's does.</summary>
    private static void SetTag(SqlSession db, long repository, Tag tag, long manifest, DateTimeOffset now) => db.Execute(
        """
        insert into tag (repository, name, manifest, created, updated) values (?1, ?2, ?3, ?4, ?4)
        on conflict (repository, name) do update set manifest = excluded.manifest, updated = excluded.updated
        """,
        repository, tag.ToString(), manifest, Columns.Of(now));

    private sealed record Entry(long Id, ChangeableAttributes Locks);
}
