namespace Gantry.Server.Metadata.Sql;

/// <summary>Tokens that were ended before their time.</summary>
internal static class SqlRevocations
{
    public static bool Add(WriteTransaction transaction, RegistryId registry, string token, TokenOwner owner, DateTimeOffset ends, int most)
    {
        var (db, key) = (transaction.Db, owner.ToString());
        db.Execute("delete from revoked_token where ends < ?1", Columns.Of(transaction.Now));
        if (db.Execute("insert into revoked_token (registry, id, owner, ends) values (?1, ?2, ?3, ?4) on conflict do nothing", registry.Value, token, key, Columns.Of(ends)) == 0)
            return false;
        if (db.Number("select count(*) from revoked_token where registry = ?1 and owner = ?2", registry.Value, key) > most)
        {
            EndAll(db, registry, owner);
            db.Execute("delete from revoked_token where registry = ?1 and owner = ?2", registry.Value, key);
        }
        transaction.Raise(registry);
        return true;
    }

    public static List<string> List(SqlSession db, RegistryId registry, DateTimeOffset now) =>
        db.All("select id from revoked_token where registry = ?1 and ends > ?2 order by id", row => row.GetString(0), registry.Value, Columns.Of(now));

    private static void EndAll(SqlSession db, RegistryId registry, TokenOwner owner)
    {
        if (owner.Principal is { } principal)
            db.Execute("update principal set generation = generation + 1 where app_id = ?1 and registry = ?2", principal.ToByteArray(), registry.Value);
        else if (owner.ScopedToken is { } name)
            db.Execute("update scoped_token set generation = generation + 1 where registry = ?1 and key = ?2", registry.Value, name);
        else
            db.Execute("update registry set admin_generation = admin_generation + 1 where id = ?1", registry.Value);
    }
}
