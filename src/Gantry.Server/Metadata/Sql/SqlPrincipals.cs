using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Service principals and signing keys.</summary>
internal static class SqlPrincipals
{
    private const string Select = "select app_id, registry, name, role, prefix, secret_hash, created from principal";

    public static PrincipalRecord? Find(SqlSession db, Guid appId) => db.First($"{Select} where app_id = ?1", Read, appId.ToByteArray());

    public static List<PrincipalRecord> List(SqlSession db, RegistryId registry) =>
        db.All($"{Select} where registry = ?1 order by name", Read, registry.Value);

    public static CommitOutcome Add(WriteTransaction transaction, PrincipalRecord principal)
    {
        var db = transaction.Db;
        if (db.Number("select 1 from registry where id = ?1", principal.Registry.Value) is null)
            return CommitOutcome.Missing;
        var added = db.Execute(
            """
            insert into principal (app_id, registry, name, role, prefix, secret_hash, created)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict do nothing
            """,
            principal.AppId.ToByteArray(), principal.Registry.Value, principal.Name, principal.Role, principal.RepositoryPrefix?.ToString(),
            Columns.Of(principal.SecretHash), Columns.Of(principal.Created));
        if (added == 0)
            return CommitOutcome.Exists;
        transaction.Raise(principal.Registry);
        return CommitOutcome.Done;
    }

    public static CommitOutcome Delete(WriteTransaction transaction, RegistryId registry, Guid appId)
    {
        var db = transaction.Db;
        var given = Find(db, appId);
        if (given is null || given.Registry != registry)
            return CommitOutcome.Missing;
        if (given.IsOwnerOfAll && List(db, registry).Count(principal => principal.IsOwnerOfAll) == 1)
            return CommitOutcome.InUse;
        db.Execute("delete from principal where app_id = ?1", appId.ToByteArray());
        transaction.Raise(registry);
        return CommitOutcome.Done;
    }

    public static CommitOutcome SetSecret(WriteTransaction transaction, RegistryId registry, Guid appId, ReadOnlyMemory<byte> secretHash)
    {
        var changed = transaction.Db.Execute(
            "update principal set secret_hash = ?3 where app_id = ?1 and registry = ?2", appId.ToByteArray(), registry.Value, Columns.Of(secretHash));
        if (changed == 0)
            return CommitOutcome.Missing;
        transaction.Raise(registry);
        return CommitOutcome.Done;
    }

    public static List<SigningKeyRecord> ListSigningKeys(SqlSession db) =>
        db.All("select id, private_key, created from signing_key order by created desc, id", row => new SigningKeyRecord(row.GetString(0), row.Bytes(1), row.Time(2)));

    public static bool AddSigningKey(WriteTransaction transaction, SigningKeyRecord key, DateTimeOffset dropBefore)
    {
        transaction.Db.Execute("insert into signing_key (id, private_key, created) values (?1, ?2, ?3)", key.Id, Columns.Of(key.PrivateKey), Columns.Of(key.Created));
        transaction.Db.Execute("delete from signing_key where created < ?1", Columns.Of(dropBefore));
        transaction.Raise(RegistryId.Server);
        return true;
    }

    private static PrincipalRecord Read(DbDataReader row) => new()
    {
        AppId = new Guid(row.Bytes(0)),
        Registry = new RegistryId(row.GetInt64(1)),
        Name = row.GetString(2),
        Role = row.GetString(3),
        RepositoryPrefix = row.IsDBNull(4) ? null : row.RepositoryName(4),
        SecretHash = row.Bytes(5),
        Created = row.Time(6),
    };
}
