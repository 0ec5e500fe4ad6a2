using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Registries and secrets.</summary>
internal static class SqlRegistries
{
    private const string Select = "select id, name, created, anonymous_pull, settings from registry";

    public static RegistryRecord? Find(SqlSession db, string name) => db.First($"{Select} where name = ?1", Read, name);

    public static RegistryRecord? Find(SqlSession db, RegistryId registry) => db.First($"{Select} where id = ?1", Read, registry.Value);

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

    public static RegistryRecord? Change(WriteTransaction transaction, RegistryId registry, Func<RegistryRecord, RegistryRecord> change)
    {
        if (Find(transaction.Db, registry) is not { } before)
            return null;
        var after = change(before);
        transaction.Db.Execute("update registry set anonymous_pull = ?2, settings = ?3 where id = ?1", registry.Value, after.AnonymousPull ? 1L : 0L, after.Settings.ToJson());
        // Whoever signed in as the admin user is out for good, not until it is switched on again.
        if (before.Settings.AdminUserEnabled && !after.Settings.AdminUserEnabled)
            transaction.Db.Execute("update registry set admin_generation = admin_generation + 1 where id = ?1", registry.Value);
        transaction.Raise(registry);
        return after;
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
        Settings = RegistrySettings.Read(row.GetString(4)),
    };
}
