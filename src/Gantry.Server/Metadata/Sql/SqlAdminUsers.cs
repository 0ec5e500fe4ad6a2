namespace Gantry.Server.Metadata.Sql;

/// <summary>The admin user of each registry.</summary>
internal static class SqlAdminUsers
{
    public static AdminUserRecord Find(SqlSession db, RegistryId registry) => new(
        db.Number("select admin_generation from registry where id = ?1", registry.Value) ?? 0,
        db.All("select name, hash, sealed from admin_password where registry = ?1 order by name", row => new AdminPasswordRecord(row.GetString(0), row.Bytes(1), row.Bytes(2)), registry.Value));

    public static AdminUserRecord SetPasswords(WriteTransaction transaction, RegistryId registry, IReadOnlyList<AdminPasswordRecord> passwords, bool replace)
    {
        var db = transaction.Db;
        var replaced = 0;
        foreach (var password in passwords)
        {
            if (replace)
                replaced += db.Execute("delete from admin_password where registry = ?1 and name = ?2", registry.Value, password.Name);
            db.Execute(
                "insert into admin_password (registry, name, hash, sealed) values (?1, ?2, ?3, ?4) on conflict do nothing",
                registry.Value, password.Name, Columns.Of(password.Hash), Columns.Of(password.Sealed));
        }
        if (replaced > 0)
            db.Execute("update registry set admin_generation = admin_generation + 1 where id = ?1", registry.Value);
        transaction.Raise(registry);
        return Find(db, registry);
    }
}
