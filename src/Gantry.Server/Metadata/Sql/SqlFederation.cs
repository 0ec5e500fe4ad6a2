using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Issuers, and what they may vouch for.</summary>
internal static class SqlFederation
{
    private const string SelectIssuer = "select registry, name, url, document, created from issuer";
    private const string SelectCredential = "select registry, principal, name, issuer, document, created from federated_credential";

    public static List<IssuerRecord> ListIssuers(SqlSession db, RegistryId registry) => db.All($"{SelectIssuer} where registry = ?1 order by name", ReadIssuer, registry.Value);

    public static CommitOutcome AddIssuer(WriteTransaction transaction, IssuerRecord issuer)
    {
        if (transaction.Db.Number("select 1 from registry where id = ?1", issuer.Registry.Value) is null)
            return CommitOutcome.Missing;
        if (Insert(transaction.Db, issuer) == 0)
            return CommitOutcome.Exists;
        transaction.Raise(issuer.Registry);
        return CommitOutcome.Done;
    }

    public static CommitOutcome PutIssuer(WriteTransaction transaction, IssuerRecord issuer)
    {
        var db = transaction.Db;
        if (Find(db, issuer.Registry, issuer.Name) is not { } before)
            return AddIssuer(transaction, issuer);
        if (db.Number("select 1 from issuer where registry = ?1 and url = ?2 and name <> ?3", issuer.Registry.Value, issuer.Url, issuer.Name) is not null)
            return CommitOutcome.Exists;
        db.Execute("update issuer set url = ?3, document = ?4 where registry = ?1 and name = ?2", issuer.Registry.Value, issuer.Name, issuer.Url, issuer.Document);
        // Whether it may vouch for less than before is not told apart from more: whoever it still means signs in again.
        if (before.Url != issuer.Url || before.Document != issuer.Document)
            EndTokensOf(db, issuer.Registry, before.Url);
        transaction.Raise(issuer.Registry);
        return CommitOutcome.Done;
    }

    public static CommitOutcome DeleteIssuer(WriteTransaction transaction, RegistryId registry, string name)
    {
        if (Find(transaction.Db, registry, name) is not { } gone)
            return CommitOutcome.Missing;
        transaction.Db.Execute("delete from issuer where registry = ?1 and name = ?2", registry.Value, name);
        EndTokensOf(transaction.Db, registry, gone.Url);
        transaction.Raise(registry);
        return CommitOutcome.Done;
    }

    public static List<FederatedCredentialRecord> ListCredentials(SqlSession db, RegistryId registry, string issuer) =>
        db.All($"{SelectCredential} where registry = ?1 and issuer = ?2 order by principal, name", ReadCredential, registry.Value, issuer);

    public static List<FederatedCredentialRecord> ListCredentials(SqlSession db, RegistryId registry, Guid principal) =>
        db.All($"{SelectCredential} where registry = ?1 and principal = ?2 order by name", ReadCredential, registry.Value, principal.ToByteArray());

    public static CommitOutcome AddCredential(WriteTransaction transaction, FederatedCredentialRecord credential, int most) =>
        SqlPrincipals.Change(transaction, credential.Registry, credential.Principal, db =>
        {
            var key = credential.Principal.ToByteArray();
            if (SqlPrincipals.FindRecord(db, credential.Principal) is not { Kind: PrincipalKind.ServicePrincipal })
                return CommitOutcome.Missing;
            if (db.Number("select count(*) from federated_credential where principal = ?1", key) >= most)
                return CommitOutcome.InUse;
            return db.Execute(
                "insert into federated_credential (principal, name, registry, issuer, document, created) values (?1, ?2, ?3, ?4, ?5, ?6) on conflict do nothing",
                key, credential.Name, credential.Registry.Value, credential.Issuer, credential.Document, Columns.Of(credential.Created)) == 0
                ? CommitOutcome.Exists
                : CommitOutcome.Done;
        });

    public static CommitOutcome DeleteCredential(WriteTransaction transaction, RegistryId registry, Guid principal, string name) =>
        SqlPrincipals.Change(transaction, registry, principal, db =>
            db.Execute("delete from federated_credential where principal = ?1 and name = ?2", principal.ToByteArray(), name) == 0
                ? CommitOutcome.Missing
                : SqlPrincipals.EndTokens(db, principal));

    private static IssuerRecord? Find(SqlSession db, RegistryId registry, string name) => db.First($"{SelectIssuer} where registry = ?1 and name = ?2", ReadIssuer, registry.Value, name);

    private static int Insert(SqlSession db, IssuerRecord issuer) => db.Execute(
        "insert into issuer (registry, name, url, document, created) values (?1, ?2, ?3, ?4, ?5) on conflict do nothing",
        issuer.Registry.Value, issuer.Name, issuer.Url, issuer.Document, Columns.Of(issuer.Created));

    /// <summary>Ends the tokens of an issuer's people, and of the service principals for whom it may vouch.</summary>
    private static void EndTokensOf(SqlSession db, RegistryId registry, string url) => db.Execute(
        """
        update principal set generation = generation + 1
        where registry = ?1 and (issuer = ?2 or app_id in (select principal from federated_credential where registry = ?1 and issuer = ?2))
        """,
        registry.Value, url);

    private static IssuerRecord ReadIssuer(DbDataReader row) => new()
    {
        Registry = new RegistryId(row.GetInt64(0)), Name = row.GetString(1), Url = row.GetString(2), Document = row.GetString(3), Created = row.Time(4),
    };

    private static FederatedCredentialRecord ReadCredential(DbDataReader row) => new()
    {
        Registry = new RegistryId(row.GetInt64(0)),
        Principal = new Guid(row.Bytes(1)),
        Name = row.GetString(2),
        Issuer = row.GetString(3),
        Document = row.GetString(4),
        Created = row.Time(5),
    };
}
