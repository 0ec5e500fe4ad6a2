using System.Data.Common;
using System.Text.Json;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Scope maps and repository-scoped tokens.</summary>
internal static class SqlScopedTokens
{
    private const string SelectMap = "select registry, name, description, actions, created from scope_map";
    private const string SelectToken = "select t.registry, t.name, coalesce(m.name, t.scope_map), t.enabled, t.generation, t.created, t.key from scoped_token t left join scope_map m on m.registry = t.registry and m.key = t.scope_map";

    public static List<ScopeMapRecord> ListMaps(SqlSession db, RegistryId registry) => db.All($"{SelectMap} where registry = ?1 order by key", ReadMap, registry.Value);

    public static ScopeMapRecord? FindMap(SqlSession db, RegistryId registry, string name) =>
        db.First($"{SelectMap} where registry = ?1 and key = ?2", ReadMap, registry.Value, Key(name));

    public static CommitOutcome PutMap(WriteTransaction transaction, ScopeMapRecord map, int most)
    {
        var db = transaction.Db;
        if (db.Number("select 1 from registry where id = ?1", map.Registry.Value) is null)
            return CommitOutcome.Missing;
        var actions = JsonSerializer.Serialize(map.Actions, MetadataJson.Default.IReadOnlyListString);
        if (db.Execute("update scope_map set description = ?3, actions = ?4 where registry = ?1 and key = ?2", map.Registry.Value, Key(map.Name), map.Description, actions) == 0)
        {
            if (db.Number("select count(*) from scope_map where registry = ?1", map.Registry.Value) >= most)
                return CommitOutcome.InUse;
            db.Execute(
                "insert into scope_map (registry, key, name, description, actions, created) values (?1, ?2, ?3, ?4, ?5, ?6)",
                map.Registry.Value, Key(map.Name), map.Name, map.Description, actions, Columns.Of(map.Created));
        }
        transaction.Raise(map.Registry);
        return CommitOutcome.Done;
    }

    public static CommitOutcome DeleteMap(WriteTransaction transaction, RegistryId registry, string name)
    {
        var db = transaction.Db;
        if (db.Number("select 1 from scoped_token where registry = ?1 and scope_map = ?2", registry.Value, Key(name)) is not null)
            return CommitOutcome.InUse;
        if (db.Execute("delete from scope_map where registry = ?1 and key = ?2", registry.Value, Key(name)) == 0)
            return CommitOutcome.Missing;
        transaction.Raise(registry);
        return CommitOutcome.Done;
    }

    public static List<ScopedTokenRecord> ListTokens(SqlSession db, RegistryId registry)
    {
        var passwords = db.All(
            "select token, name, hash, created, ends from scoped_token_password where registry = ?1 order by token, name",
            row => (Token: row.GetString(0), Password: ReadPassword(row)), registry.Value).ToLookup(row => row.Token, row => row.Password, StringComparer.Ordinal);
        return db.All($"{SelectToken} where t.registry = ?1 order by t.key", row => ReadToken(row) with { Passwords = [.. passwords[row.GetString(6)]] }, registry.Value);
    }

    public static ScopedTokenAccess? FindToken(SqlSession db, RegistryId registry, string name)
    {
        if (db.First($"{SelectToken} where t.registry = ?1 and t.key = ?2", ReadToken, registry.Value, Key(name)) is not { } token)
            return null;
        var passwords = db.All(
            "select token, name, hash, created, ends from scoped_token_password where registry = ?1 and token = ?2 order by name", ReadPassword, registry.Value, Key(name));
        return new ScopedTokenAccess(token with { Passwords = passwords }, FindMap(db, registry, token.ScopeMap));
    }

    public static CommitOutcome PutToken(WriteTransaction transaction, ScopedTokenRecord token, bool mapIsStored, int most)
    {
        var db = transaction.Db;
        if (db.Number("select 1 from registry where id = ?1", token.Registry.Value) is null || (mapIsStored && FindMap(db, token.Registry, token.ScopeMap) is null))
            return CommitOutcome.Missing;
        var enabled = token.Enabled ? 1L : 0L;
        var changed = db.Execute(
            """
            update scoped_token set scope_map = ?3, generation = generation + case when enabled > ?4 then 1 else 0 end, enabled = ?4
            where registry = ?1 and key = ?2
            """,
            token.Registry.Value, Key(token.Name), Key(token.ScopeMap), enabled);
        if (changed == 0)
        {
            if (db.Number("select count(*) from scoped_token where registry = ?1", token.Registry.Value) >= most)
                return CommitOutcome.InUse;
            // From the clock, not from 0: tokens of one of the same name that was deleted are over.
            db.Execute(
                "insert into scoped_token (registry, key, name, scope_map, enabled, generation, created) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                token.Registry.Value, Key(token.Name), token.Name, Key(token.ScopeMap), enabled, Columns.Of(token.Created), Columns.Of(token.Created));
        }
        transaction.Raise(token.Registry);
        return CommitOutcome.Done;
    }

    public static CommitOutcome DeleteToken(WriteTransaction transaction, RegistryId registry, string name)
    {
        var db = transaction.Db;
        db.Execute("delete from scoped_token_password where registry = ?1 and token = ?2", registry.Value, Key(name));
        if (db.Execute("delete from scoped_token where registry = ?1 and key = ?2", registry.Value, Key(name)) == 0)
            return CommitOutcome.Missing;
        transaction.Raise(registry);
        return CommitOutcome.Done;
    }

    public static CommitOutcome SetPasswords(
        WriteTransaction transaction, RegistryId registry, string name, IReadOnlyList<TokenPasswordRecord> set, IReadOnlyList<string> removed)
    {
        var db = transaction.Db;
        if (FindToken(db, registry, name) is not { Token: var token })
            return CommitOutcome.Missing;
        var gone = set.Select(password => password.Name).Concat(removed).ToHashSet(StringComparer.Ordinal);
        foreach (var password in gone)
            db.Execute("delete from scoped_token_password where registry = ?1 and token = ?2 and name = ?3", registry.Value, Key(name), password);
        foreach (var password in set)
        {
            db.Execute(
                "insert into scoped_token_password (registry, token, name, hash, created, ends) values (?1, ?2, ?3, ?4, ?5, ?6)",
                registry.Value, Key(name), password.Name, Columns.Of(password.Hash), Columns.Of(password.Created), Columns.Of(password.Ends));
        }
        if (token.Passwords.Any(password => gone.Contains(password.Name)))
            db.Execute("update scoped_token set generation = generation + 1 where registry = ?1 and key = ?2", registry.Value, Key(name));
        transaction.Raise(registry);
        return CommitOutcome.Done;
    }

    private static string Key(string name) => name.ToLowerInvariant();

    private static ScopeMapRecord ReadMap(DbDataReader row) => new()
    {
        Registry = new RegistryId(row.GetInt64(0)),
        Name = row.GetString(1),
        Description = row.GetString(2),
        Actions = ReadActions(row.GetString(3)),
        Created = row.Time(4),
    };

    private static IReadOnlyList<string> ReadActions(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, MetadataJson.Default.IReadOnlyListString) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("the database holds actions of a scope map that are none", e);
        }
    }

    private static ScopedTokenRecord ReadToken(DbDataReader row) => new()
    {
        Registry = new RegistryId(row.GetInt64(0)),
        Name = row.GetString(1),
        ScopeMap = row.GetString(2),
        Enabled = row.GetInt64(3) != 0,
        Generation = row.GetInt64(4),
        Created = row.Time(5),
    };

    private static TokenPasswordRecord ReadPassword(DbDataReader row) => new(row.GetString(1), row.Bytes(2), row.Time(3), row.OptionalTime(4));
}
