namespace Gantry.Server.Metadata.Sql.Schema;

/// <summary>Blobs that manifests name without demanding them, and that have not come.</summary>
internal static class Step4
{
    public const string Sql = """
        -- By digest, because the blob has no row yet; it leaves here for manifest_blob when the manifest's repository is given it.
        create table manifest_awaits (
          digest    blob    not null,
          manifest  integer not null references manifest,
          primary key (digest, manifest)
        ) without rowid;
        create index manifest_awaits_by_manifest on manifest_awaits (manifest);
        """;
}
