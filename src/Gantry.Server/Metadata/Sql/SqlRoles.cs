using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Role assignments.</summary>
internal static class SqlRoles
{
    private const string Select = "select id, registry, principal, role, prefix, condition, created from role_assignment";

    public static List<RoleAssignmentRecord> List(SqlSession db, RegistryId registry) => db.All($"{Select} where registry = ?1 order by created, id", Read, registry.Value);

    public static List<RoleAssignmentRecord> ListOfAnonymous(SqlSession db, RegistryId registry) =>
        db.All($"{Select} where registry = ?1 and principal is null order by created, id", Read, registry.Value);

    /// <summary>What a principal has, and what the groups have that it is in.</summary>
    public static List<RoleAssignmentRecord> ListOf(SqlSession db, RegistryId registry, byte[] principal) => db.All(
        $"{Select} where registry = ?1 and (principal = ?2 or principal in (select party from group_member where member = ?2)) order by created, id",
        Read, registry.Value, principal);

    public static CommitOutcome Add(WriteTransaction transaction, RoleAssignmentRecord assignment)
    {
        var db = transaction.Db;
        if (db.Number("select 1 from registry where id = ?1", assignment.Registry.Value) is null
            || (assignment.Principal is { } principal && SqlPrincipals.FindRecord(db, principal)?.Registry != assignment.Registry))
            return CommitOutcome.Missing;
        if (db.Number("select 1 from role_assignment where id = ?1", assignment.Id.ToByteArray()) is not null
            || List(db, assignment.Registry).Any(known => known with { Id = assignment.Id, Created = assignment.Created } == assignment))
            return CommitOutcome.Exists;
        Insert(db, assignment);
        transaction.Raise(assignment.Registry);
        return CommitOutcome.Done;
    }

    public static CommitOutcome Delete(WriteTransaction transaction, RegistryId registry, Guid id)
    {
        var db = transaction.Db;
        if (db.First($"{Select} where id = ?1 and registry = ?2", Read, id.ToByteArray(), registry.Value) is not { } given)
            return CommitOutcome.Missing;
        if (given is { RulesAll: true, Principal: { } principal } && IsLastOwner(db, registry, principal, transaction.Now))
            return CommitOutcome.InUse;
        db.Execute("delete from role_assignment where id = ?1", id.ToByteArray());
        transaction.Raise(registry);
        return CommitOutcome.Done;
    }

    public static void Insert(SqlSession db, RoleAssignmentRecord assignment) => db.Execute(
        "insert into role_assignment (id, registry, principal, role, prefix, condition, created) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        assignment.Id.ToByteArray(), assignment.Registry.Value, assignment.Principal?.ToByteArray(), assignment.Role, assignment.RepositoryPrefix?.ToString(),
        assignment.Condition, Columns.Of(assignment.Created));

    /// <summary>Whether nobody would rule the registry without this principal. Groups do not count: who is in them, others decide. Nor does who cannot sign in.</summary>
    public static bool IsLastOwner(SqlSession db, RegistryId registry, Guid id, DateTimeOffset now)
    {
        var owners = List(db, registry).Where(assignment => assignment.RulesAll).Select(assignment => assignment.Principal!.Value).Distinct()
            .Where(owner => SqlPrincipals.FindRecord(db, owner) is { Enabled: true, Kind: PrincipalKind.ServicePrincipal } && SqlPrincipals.CanSignIn(db, owner, now)).ToList();
        return owners is [var last] && last == id;
    }

    private static RoleAssignmentRecord Read(DbDataReader row) => new()
    {
        Id = new Guid(row.Bytes(0)),
        Registry = new RegistryId(row.GetInt64(1)),
        Principal = row.IsDBNull(2) ? null : new Guid(row.Bytes(2)),
        Role = row.GetString(3),
        RepositoryPrefix = row.IsDBNull(4) ? null : row.RepositoryName(4),
        Condition = row.OptionalText(5),
        Created = row.Time(6),
    };
}
