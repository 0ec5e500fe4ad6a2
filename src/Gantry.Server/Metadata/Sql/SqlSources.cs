using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Places for contexts.</summary>
internal static class SqlSources
{
    private const string Select = "select id, registry, owner, created, stored, taken from run_source";

    public static SourceRecord? Find(SqlSession db, string id) => db.First($"{Select} where id = ?1", Read, id);

    public static List<SourceRecord> List(SqlSession db, DateTimeOffset before, int limit) =>
        db.All($"{Select} where taken = 0 and created < ?1 order by created limit ?2", Read, Columns.Of(before), (long)limit);

    public static CommitOutcome Add(WriteTransaction transaction, SourceRecord source, int maxOpen) => transaction.Db.Execute(
        """
        insert into run_source (id, registry, owner, created) select ?1, ?2, ?3, ?4
        where (select count(*) from run_source where registry = ?2 and owner = ?3 and taken = 0) < ?5
        """,
        source.Id, source.Registry.Value, source.Owner, Columns.Of(source.Created), (long)maxOpen) == 1 ? CommitOutcome.Done : CommitOutcome.InUse;

    public static CommitOutcome Store(WriteTransaction transaction, string id)
    {
        if (transaction.Db.Execute("update run_source set stored = 1 where id = ?1 and taken = 0", id) == 1)
            return CommitOutcome.Done;
        return Find(transaction.Db, id) is null ? CommitOutcome.Missing : CommitOutcome.InUse;
    }

    public static bool Remove(WriteTransaction transaction, string id) => transaction.Db.Execute("delete from run_source where id = ?1", id) == 1;

    private static SourceRecord Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Registry = new RegistryId(row.GetInt64(1)),
        Owner = row.GetString(2),
        Created = row.Time(3),
        Stored = row.GetInt64(4) != 0,
        Taken = row.GetInt64(5) != 0,
    };
}
