using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql.Schema;

/// <summary>Background jobs, collection, damage, and what keeps a manifest.</summary>
internal static class Step5
{
    private const int Page = 64;

    public const string Sql = """
        -- A background job's lease. holder is empty while nobody has it; the fence only ever rises.
        create table job (
          name    text    primary key,
          holder  text    not null,
          fence   integer not null,
          ends    integer not null,
          state   text
        ) without rowid;

        -- Uploads about to put bytes in their place. Empty where one process is the whole cluster: it keeps them in memory.
        create table blob_hold (
          id      blob    primary key,
          digest  blob    not null,
          ends    integer not null
        ) without rowid;
        create index blob_hold_by_digest on blob_hold (digest);

        -- Digests whose bytes are being taken away. reason: 0 garbage, 1 damage. sweep: the lease's name and fence.
        create table blob_going (
          digest  blob    primary key,
          size    integer not null,
          reason  integer not null,
          sweep   text    not null,
          ends    integer not null
        ) without rowid;
        create index blob_going_by_end on blob_going (ends);

        -- damaged: since when the bytes are known to be wrong or missing; 0 while they are not.
        alter table blob add column damaged integer not null default 0;
        create index blob_damaged on blob (digest) where damaged > 0;

        -- candidate: since when nothing names the manifest: no tag, no index, no subject that is there; 0 while something does.
        alter table manifest add column candidate integer not null default 0;
        create index manifest_candidate on manifest (candidate, id) where candidate <> 0;

        -- Many candidates share a time, as those of one deletion do: a page begins where the last one ended, in their middle too.
        drop index blob_candidate;
        create index blob_candidate on blob (candidate, id) where candidate <> 0;

        -- What an index names, whether or not the repository has it.
        create table manifest_child (
          repository  integer not null references repository,
          digest      blob    not null,
          parent      integer not null references manifest,
          primary key (repository, digest, parent)
        ) without rowid;
        create index manifest_child_by_parent on manifest_child (parent);
        """;

    /// <summary>Fills the new columns and tables from what is there. Which manifests an index names, and which blobs an image names without demanding them, is in their bytes alone.</summary>
    public static void Run(SqlSession db)
    {
        db.ExecuteScript(Sql);
        for (var last = 0L; ;)
        {
            var manifests = db.All(
                """
                select m.id, m.repository, m.media_type, c.bytes from manifest m join manifest_content c on c.manifest = m.id
                where m.id > ?1 order by m.id limit ?2
                """,
                row => (Id: row.GetInt64(0), Repository: row.GetInt64(1), Type: row.MediaType(2), Bytes: row.Bytes(3)), last, (long)Page);
            foreach (var (id, repository, type, bytes) in manifests)
            {
                if (StoredDocument.Read(bytes, type) is not { } manifest)
                    continue;
                SqlReferences.AddChildren(db, repository, id, manifest.Manifests.Select(child => child.Digest).Distinct());
                foreach (var blob in manifest.Blobs.Where(blob => blob.MediaType.IsNonDistributable).Select(blob => blob.Digest).Distinct())
                    Use(db, repository, id, blob);
            }
            if (manifests.Count < Page)
                break;
            last = manifests[^1].Id;
        }
        // No clock here is the store's. Every change of a repository left its time there, so none of them can have been untagged later.
        db.Execute($"update manifest set candidate = coalesce((select max(updated) from repository), 1) where not {SqlReferences.Kept}");
    }

    /// <summary>Earlier programs did not count layers that may not be distributed, pushed or not.</summary>
    private static void Use(SqlSession db, long repository, long manifest, Digest digest)
    {
        if (SqlBlobLinks.FindLinked(db, repository, digest) is not { } blob)
            db.Execute("insert into manifest_awaits (digest, manifest) values (?1, ?2) on conflict do nothing", Columns.Of(digest), manifest);
        else if (db.Number("select 1 from manifest_blob where manifest = ?1 and blob = ?2", manifest, blob) is null)
        {
            db.Execute("insert into manifest_blob (manifest, blob) values (?1, ?2)", manifest, blob);
            db.Execute("update blob set uses = uses + 1, candidate = 0 where id = ?1", blob);
        }
    }
}
