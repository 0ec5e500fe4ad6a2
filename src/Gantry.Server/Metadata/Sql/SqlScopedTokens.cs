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

    public static CommitOutcome ChangeMap(WriteTransaction transaction, RegistryId registry, string name, Func<ScopeMapRecord?, ScopeMapRecord?> change, int most)
    {
        var db = transaction.Db;
        var known = FindMap(db, registry, name);
        if (db.Number("select 1 from registry where id = ?1", registry.Value) is null || change(known) is not { } map)
            return CommitOutcome.Missing;
        var actions = JsonSerializer.Serialize(map.Actions, MetadataJson.Default.IReadOnlyListString);
        if (known is null)
        {
            if (db.Number("select count(*) from scope_map where registry = ?1", registry.Value) >= most)
                return CommitOutcome.InUse;
            db.Execute(
                "insert into scope_map (registry, key, name, description, actions, created) values (?1, ?2, ?3, ?4, ?5, ?6)",
                registry.Value, Key(name), map.Name, map.Description, actions, Columns.Of(map.Created));
        }
        else
        {
            db.Execute("update scope_map set description = ?3, actions = ?4 where registry = ?1 and key = ?2", registry.Value, Key(name), map.Description, actions);
        }
        transaction.Raise(registry);
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

    public static CommitOutcome ChangeToken(
        WriteTransaction transaction, RegistryId registry, string name, Func<ScopedTokenRecord?, ScopedTokenRecord?> change, Func<string, bool> isStored, int most)
    {
        var db = transaction.Db;
        var known = FindToken(db, registry, name)?.Token;
        if (db.Number("select token_generation from registry where id = ?1", registry.Value) is not { } last || change(known) is not { } token
            || (isStored(token.ScopeMap) && FindMap(db, registry, token.ScopeMap) is null))
            return CommitOutcome.Missing;
        var enabled = token.Enabled ? 1L : 0L;
        if (known is null)
        {
            if (db.Number("select count(*) from scoped_token where registry = ?1", registry.Value) >= most)
                return CommitOutcome.InUse;
            // Above those of every token that was deleted, and above the clock's for those that a backup no longer knows of.
            db.Execute(
                "insert into scoped_token (registry, key, name, scope_map, enabled, generation, created) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                registry.Value, Key(name), token.Name, Key(token.ScopeMap), enabled, Math.Max(last + 1, Columns.Of(transaction.Now)), Columns.Of(token.Created));
        }
        else
        {
            var gone = known.Passwords.Select(password => password.Name).Except(token.Passwords.Select(password => password.Name)).ToList();
            foreach (var password in gone)
                db.Execute("delete from scoped_token_password where registry = ?1 and token = ?2 and name = ?3", registry.Value, Key(name), password);
            var ends = gone.Count > 0 || (known.Enabled && !token.Enabled);
            db.Execute(
                "update scoped_token set scope_map = ?3, enabled = ?4, generation = generation + ?5 where registry = ?1 and key = ?2",
                registry.Value, Key(name), Key(token.ScopeMap), enabled, ends ? 1L : 0L);
        }
        transaction.Raise(registry);
        return CommitOutcome.Done;
    }

    public static CommitOutcome DeleteToken(WriteTransaction transaction, RegistryId registry, string name)
    {
        var db = transaction.Db;
        if (FindToken(db, registry, name) is not { Token.Generation: var generation })
            return CommitOutcome.Missing;
        db.Execute("delete from scoped_token_password where registry = ?1 and token = ?2", registry.Value, Key(name));
        db.Execute("delete from scoped_token where registry = ?1 and key = ?2", registry.Value, Key(name));
        db.Execute("update registry set token_generation = ?2 where id = ?1 and token_generation < ?2", registry.Value, generation);
        // Whoever has the name next sees none of these: nobody is called so.
        var owner = new TokenOwner(Principal: null, Key(name)).ToString();
        db.Execute("update run set owner = ?3 where registry = ?1 and owner = ?2", registry.Value, owner, $"{owner} (deleted)");
        db.Execute("update run_source set owner = ?3 where registry = ?1 and owner = ?2", registry.Value, owner, $"{owner} (deleted)");
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
