using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Principals, their secrets and groups, and what ends tokens.</summary>
internal static class SqlPrincipals
{
    private const string Selected = "p.app_id, p.registry, p.kind, p.name, p.display, p.issuer, p.subject, p.enabled, p.generation, p.created";

    public static PrincipalAccess? Find(SqlSession db, Guid id)
    {
        var key = id.ToByteArray();
        if (FindRecord(db, id) is not { } record)
            return null;
        return new PrincipalAccess(
            record,
            db.All("select id, label, hash, created, ends from principal_secret where principal = ?1 order by created, id", ReadSecret, key),
            db.All($"select {Selected} from group_member m join principal p on p.app_id = m.party where m.member = ?1 and p.kind = ?2 order by p.name", Read, key, (long)PrincipalKind.Group),
            SqlRoles.ListOf(db, record.Registry, key));
    }

    public static PrincipalRecord? FindRecord(SqlSession db, Guid id) => db.First($"select {Selected} from principal p where p.app_id = ?1", Read, id.ToByteArray());

    public static List<PrincipalRecord> List(SqlSession db, RegistryId registry) =>
        db.All($"select {Selected} from principal p where p.registry = ?1 order by p.name", Read, registry.Value);

    public static CommitOutcome Add(WriteTransaction transaction, PrincipalRecord principal, SecretRecord? secret, RoleAssignmentRecord? assignment)
    {
        var db = transaction.Db;
        if (db.Number("select 1 from registry where id = ?1", principal.Registry.Value) is null)
            return CommitOutcome.Missing;
        if (Insert(db, principal) == 0)
            return CommitOutcome.Exists;
        if (secret is not null)
            Insert(db, principal.Id, secret);
        if (assignment is not null)
            SqlRoles.Insert(db, assignment);
        transaction.Raise(principal.Registry);
        return CommitOutcome.Done;
    }

    public static CommitOutcome Delete(WriteTransaction transaction, RegistryId registry, Guid id) => Change(transaction, registry, id, db =>
    {
        if (SqlRoles.IsLastOwner(db, registry, id, transaction.Now))
            return CommitOutcome.InUse;
        var key = id.ToByteArray();
        db.Execute("delete from role_assignment where principal = ?1", key);
        db.Execute("delete from principal_secret where principal = ?1", key);
        db.Execute("delete from federated_credential where principal = ?1", key);
        db.Execute("delete from group_member where party = ?1 or member = ?1", key);
        db.Execute("delete from principal where app_id = ?1", key);
        return CommitOutcome.Done;
    });

    public static CommitOutcome Enable(WriteTransaction transaction, RegistryId registry, Guid id, bool enabled) => Change(transaction, registry, id, db =>
    {
        if (!enabled && SqlRoles.IsLastOwner(db, registry, id, transaction.Now))
            return CommitOutcome.InUse;
        // Whoever is let in again gets in by a secret, not by a token of the time before.
        db.Execute("update principal set enabled = ?2, generation = generation + 1 where app_id = ?1", id.ToByteArray(), enabled ? 1L : 0L);
        return CommitOutcome.Done;
    });

    public static CommitOutcome EndTokens(WriteTransaction transaction, RegistryId registry, Guid id) => Change(transaction, registry, id, db => EndTokens(db, id));

    public static CommitOutcome AddSecret(WriteTransaction transaction, RegistryId registry, Guid principal, SecretRecord secret, int most) =>
        Change(transaction, registry, principal, db =>
        {
            if (db.Number("select count(*) from principal_secret where principal = ?1", principal.ToByteArray()) >= most)
                return CommitOutcome.Exists;
            Insert(db, principal, secret);
            return CommitOutcome.Done;
        });

    public static CommitOutcome DeleteSecret(WriteTransaction transaction, RegistryId registry, Guid principal, Guid secret) =>
        Change(transaction, registry, principal, db =>
        {
            if (db.Number("select 1 from principal_secret where principal = ?1 and id = ?2", principal.ToByteArray(), secret.ToByteArray()) is null)
                return CommitOutcome.Missing;
            if (SqlRoles.IsLastOwner(db, registry, principal, transaction.Now) && !CanSignIn(db, principal, transaction.Now, without: secret))
                return CommitOutcome.InUse;
            db.Execute("delete from principal_secret where principal = ?1 and id = ?2", principal.ToByteArray(), secret.ToByteArray());
            return EndTokens(db, principal);
        });

    /// <summary>Whether a principal has a secret that is not over, one aside, or a credential of an issuer.</summary>
    public static bool CanSignIn(SqlSession db, Guid principal, DateTimeOffset now, Guid without = default) =>
        db.Number(
            "select 1 from principal_secret where principal = ?1 and id <> ?2 and (ends is null or ends > ?3) limit 1",
            principal.ToByteArray(), without.ToByteArray(), Columns.Of(now)) is not null
        || db.Number("select 1 from federated_credential where principal = ?1 limit 1", principal.ToByteArray()) is not null;

    public static CommitOutcome ReplaceSecrets(WriteTransaction transaction, RegistryId registry, Guid principal, SecretRecord secret) =>
        Change(transaction, registry, principal, db =>
        {
            db.Execute("delete from principal_secret where principal = ?1", principal.ToByteArray());
            Insert(db, principal, secret);
            return EndTokens(db, principal);
        });

    public static CommitOutcome AddMember(WriteTransaction transaction, RegistryId registry, Guid group, Guid member) =>
        Change(transaction, registry, group, db =>
        {
            if (FindRecord(db, group) is not { Kind: PrincipalKind.Group } || FindRecord(db, member) is not { Kind: not PrincipalKind.Group } known || known.Registry != registry)
                return CommitOutcome.Missing;
            // Somebody's issuer may have put them there already; from here on they stay whatever it says.
            db.Execute("insert into group_member (party, member, outside) values (?1, ?2, 0) on conflict (party, member) do update set outside = 0", group.ToByteArray(), member.ToByteArray());
            return CommitOutcome.Done;
        });

    public static CommitOutcome RemoveMember(WriteTransaction transaction, RegistryId registry, Guid group, Guid member) =>
        Change(transaction, registry, group, db =>
            db.Execute("delete from group_member where party = ?1 and member = ?2", group.ToByteArray(), member.ToByteArray()) == 0 ? CommitOutcome.Missing : CommitOutcome.Done);

    public static List<PrincipalRecord> ListMembers(SqlSession db, RegistryId registry, Guid group) => db.All(
        $"select {Selected} from group_member m join principal p on p.app_id = m.member where m.party = ?1 and p.registry = ?2 order by p.name",
        Read, group.ToByteArray(), registry.Value);

    internal static CommitOutcome EndTokens(SqlSession db, Guid id)
    {
        db.Execute("update principal set generation = generation + 1 where app_id = ?1", id.ToByteArray());
        return CommitOutcome.Done;
    }

    /// <summary>Changes one of a registry's principals; missing where the registry has none of that id.</summary>
    internal static CommitOutcome Change(WriteTransaction transaction, RegistryId registry, Guid id, Func<SqlSession, CommitOutcome> change)
    {
        if (FindRecord(transaction.Db, id) is not { } given || given.Registry != registry)
            return CommitOutcome.Missing;
        var outcome = change(transaction.Db);
        if (outcome == CommitOutcome.Done)
            transaction.Raise(registry);
        return outcome;
    }

    internal static int Insert(SqlSession db, PrincipalRecord principal) => db.Execute(
        """
        insert into principal (app_id, registry, kind, name, display, issuer, subject, enabled, generation, created)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) on conflict do nothing
        """,
        principal.Id.ToByteArray(), principal.Registry.Value, (long)principal.Kind, principal.Name, principal.Display, principal.Issuer, principal.Subject,
        principal.Enabled ? 1L : 0L, principal.Generation, Columns.Of(principal.Created));

    private static void Insert(SqlSession db, Guid principal, SecretRecord secret) => db.Execute(
        "insert into principal_secret (id, principal, label, hash, created, ends) values (?1, ?2, ?3, ?4, ?5, ?6)",
        secret.Id.ToByteArray(), principal.ToByteArray(), secret.Label, Columns.Of(secret.Hash), Columns.Of(secret.Created), Columns.Of(secret.Ends));

    private static PrincipalRecord Read(DbDataReader row) => new()
    {
        Id = new Guid(row.Bytes(0)),
        Registry = new RegistryId(row.GetInt64(1)),
        Kind = (PrincipalKind)row.GetInt64(2),
        Name = row.GetString(3),
        Display = row.OptionalText(4),
        Issuer = row.OptionalText(5),
        Subject = row.OptionalText(6),
        Enabled = row.GetInt64(7) != 0,
        Generation = row.GetInt64(8),
        Created = row.Time(9),
    };

    private static SecretRecord ReadSecret(DbDataReader row) => new()
    {
        Id = new Guid(row.Bytes(0)),
        Label = row.GetString(1),
        Hash = row.Bytes(2),
        Created = row.Time(3),
        Ends = row.OptionalTime(4),
    };
}
