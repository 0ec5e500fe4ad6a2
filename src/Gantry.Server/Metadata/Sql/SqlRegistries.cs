using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Registries and secrets.</summary>
internal static class SqlRegistries
{
    private const string Select = "select id, name, created, anonymous_pull from registry";

    public static RegistryRecord? Find(SqlSession db, string name) => db.First($"{Select} where name = ?1", Read, name);

    public static List<RegistryRecord> List(SqlSession db) => db.All($"{Select} order by name", Read);

    public static RegistryRecord Ensure(WriteTransaction transaction, string name, DateTimeOffset now)
    {
        transaction.Db.Execute("insert into registry (name, created) values (?1, ?2) on conflict (name) do nothing", name, Columns.Of(now));
        return Find(transaction.Db, name)!;
    }

    public static CommitOutcome SetAnonymousPull(WriteTransaction transaction, RegistryId registry, bool enabled)
    {
        if (transaction.Db.Execute("update registry set anonymous_pull = ?2 where id = ?1", registry.Value, enabled ? 1L : 0L) == 0)
            return CommitOutcome.Missing;
        transaction.Raise(registry);
        return CommitOutcome.Done;
    }

    public static byte[]? FindSecret(SqlSession db, string name) => db.First("select value from secret where name = ?1", row => row.Bytes(0), name);

    public static byte[] EnsureSecret(WriteTransaction transaction, string name, ReadOnlyMemory<byte> candidate)
    {
        transaction.Db.Execute("insert into secret (name, value) values (?1, ?2) on conflict (name) do nothing", name, Columns.Of(candidate));
        return FindSecret(transaction.Db, name)!;
    }

    private static RegistryRecord Read(DbDataReader row) => new()
    {
        Id = new RegistryId(row.GetInt64(0)),
        Name = row.GetString(1),
        Created = row.Time(2),
        AnonymousPull = row.GetInt64(3) != 0,
    };
}
