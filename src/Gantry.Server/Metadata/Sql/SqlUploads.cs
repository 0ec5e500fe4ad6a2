using Gantry.Protocol.Oci;
using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Upload sessions.</summary>
internal static class SqlUploads
{
    private const string Select = "select id, registry, repository, owner, token, algorithm, created from upload";

    public static UploadRecord? Find(SqlSession db, Guid id) => db.First($"{Select} where id = ?1", Read, id.ToByteArray());

    public static List<UploadRecord> List(SqlSession db, DateTimeOffset before, UploadRecord? last, int limit) => db.All(
        $"{Select} where created < ?1 and created >= ?2 and (created > ?2 or id > ?3) order by created, id limit ?4",
        Read, Columns.Of(before), last is null ? 0L : Columns.Of(last.Created), last is null ? [] : last.Id.ToByteArray(), (long)limit);

    /// <summary>Counts and inserts in one statement: of many that come at once, none slips past the bound.</summary>
    public static CommitOutcome Add(WriteTransaction transaction, UploadRecord upload, int maxOpen) =>
        transaction.Db.Execute(
            """
            insert into upload (id, registry, repository, owner, token, algorithm, created) select ?1, ?2, ?3, ?4, ?5, ?6, ?7
            where (select count(*) from upload where registry = ?2 and owner = ?4) < ?8
            """,
            upload.Id.ToByteArray(), upload.Repository.Registry.Value, upload.Repository.Name.ToString(), upload.Owner, upload.Token,
            upload.Algorithm.Name, Columns.Of(upload.Created), (long)maxOpen) == 1 ? CommitOutcome.Done : CommitOutcome.InUse;

    public static bool Remove(WriteTransaction transaction, Guid id)
    {
        // The lease under which nodes took turns on the session goes with it: its id never comes again.
        transaction.Db.Execute("delete from job where name = ?1", UploadRecord.LeaseOf(id));
        return transaction.Db.Execute("delete from upload where id = ?1", id.ToByteArray()) == 1;
    }

    private static UploadRecord Read(DbDataReader row) => new()
    {
        Id = new Guid(row.Bytes(0)),
        Repository = new RepositoryKey(new RegistryId(row.GetInt64(1)), row.RepositoryName(2)),
        Owner = row.GetString(3),
        Token = row.GetString(4),
        Algorithm = DigestAlgorithm.Find(row.GetString(5)) ?? throw new InvalidDataException("an upload has an unknown digest algorithm"),
        Created = row.Time(6),
    };
}
