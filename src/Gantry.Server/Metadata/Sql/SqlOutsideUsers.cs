using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>People and groups whom issuers and directories vouch for. They are found by issuer and subject, never by a name.</summary>
internal static class SqlOutsideUsers
{
    /// <summary>The person, where nothing is to be written for them to sign in; null where something is.</summary>
    public static Guid? FindUnchanged(SqlSession db, OutsideUser user)
    {
        if (Find(db, user, PrincipalKind.User, user.Subject) is not { } person)
            return null;
        if (user.Issued < person.Vouched)
            return person.Id;
        if ((user.Issued is not null && user.Issued != person.Vouched) || IsCalledOtherwise(person, user))
            return null;
        var (known, unknown) = Choose(db, user);
        var (inside, outside) = Memberships(db, person.Id);
        return unknown.Count == 0 && outside.IsSubsetOf(known) && known.All(group => inside.Contains(group) || outside.Contains(group)) ? person.Id : null;
    }

    /// <summary>The principal of a person, and the groups that the issuer names now in place of those that it named before; null where the registry has as many as it keeps.</summary>
    public static Guid? SignIn(WriteTransaction transaction, OutsideUser user, DateTimeOffset now)
    {
        var db = transaction.Db;
        var changes = 0;
        if (Find(db, user, PrincipalKind.User, user.Subject) is not { } person)
        {
            if (Insert(db, user, PrincipalKind.User, user.Subject, user.Display ?? user.Subject, now) is not { } made)
                return null;
            person = new Known(made, user.Display ?? user.Subject, null);
            changes++;
        }
        // An older word of the issuer brings no group back.
        if (user.Issued < person.Vouched)
            return person.Id;
        if (user.Issued is not null)
            db.Execute("update principal set vouched = ?2 where app_id = ?1", person.Id.ToByteArray(), Columns.Of(user.Issued));
        if (IsCalledOtherwise(person, user))
            changes += db.Execute("update principal set display = ?2 where app_id = ?1", person.Id.ToByteArray(), user.Display);
        changes += Join(db, user, person.Id, now);
        if (changes > 0)
            transaction.Raise(user.Registry);
        return person.Id;
    }

    private static int Join(SqlSession db, OutsideUser user, Guid person, DateTimeOffset now)
    {
        var (groups, unknown) = Choose(db, user);
        foreach (var name in unknown)
        {
            if (Insert(db, user, PrincipalKind.Group, name, name, now) is not { } made)
                break;
            groups.Add(made);
        }
        var (inside, outside) = Memberships(db, person);
        var changes = 0;
        foreach (var gone in outside.Except(groups))
            changes += db.Execute("delete from group_member where party = ?1 and member = ?2 and outside = 1", gone.ToByteArray(), person.ToByteArray());
        foreach (var come in groups.Except(outside).Except(inside))
            changes += db.Execute("insert into group_member (party, member, outside) values (?1, ?2, 1) on conflict do nothing", come.ToByteArray(), person.ToByteArray());
        return changes;
    }

    /// <summary>Which of the groups count: known ones, which may have rights, before those that would have to be made.</summary>
    private static (HashSet<Guid> Known, List<string> Unknown) Choose(SqlSession db, OutsideUser user)
    {
        var (known, unknown) = (new HashSet<Guid>(), new List<string>());
        foreach (var name in user.Groups.Distinct(StringComparer.Ordinal))
        {
            if (Find(db, user, PrincipalKind.Group, name) is not { } group)
                unknown.Add(name);
            else if (known.Count < OutsideUser.MaxGroups)
                known.Add(group.Id);
        }
        return (known, [.. unknown.Take(OutsideUser.MaxGroups - known.Count)]);
    }

    /// <summary>The groups that this registry put a person in, and those that the issuer did.</summary>
    private static (HashSet<Guid> Inside, HashSet<Guid> Outside) Memberships(SqlSession db, Guid person)
    {
        var all = db.All("select party, outside from group_member where member = ?1", row => (Group: new Guid(row.Bytes(0)), IsOutside: row.GetInt64(1) != 0), person.ToByteArray());
        return ([.. all.Where(row => !row.IsOutside).Select(row => row.Group)], [.. all.Where(row => row.IsOutside).Select(row => row.Group)]);
    }

    private static bool IsCalledOtherwise(Known person, OutsideUser user) => user.Display is not null && user.Display != person.Display;

    private static Known? Find(SqlSession db, OutsideUser user, PrincipalKind kind, string subject) => db.First(
        "select app_id, display, vouched from principal where registry = ?1 and kind = ?2 and issuer = ?3 and subject = ?4",
        Read, user.Registry.Value, (long)kind, user.Issuer, subject);

    private static Guid? Insert(SqlSession db, OutsideUser user, PrincipalKind kind, string subject, string display, DateTimeOffset now)
    {
        if (db.Number("select count(*) from principal where registry = ?1 and issuer is not null", user.Registry.Value) >= OutsideUser.MaxKept)
            return null;
        var (id, name) = (Guid.NewGuid(), user.NameOf(kind, subject));
        var made = new PrincipalRecord
        {
            Id = id, Registry = user.Registry, Kind = kind, Name = name, Display = display, Issuer = user.Issuer, Subject = subject, Created = now,
        };
        // Somebody of an earlier issuer that was called the same keeps the name; who they are does not hang on it.
        return SqlPrincipals.Insert(db, made) > 0 || SqlPrincipals.Insert(db, made with { Name = $"{name}:{id:N}" }) > 0 ? id : null;
    }

    private static Known Read(DbDataReader row) => new(new Guid(row.Bytes(0)), row.OptionalText(1), row.OptionalTime(2));

    private sealed record Known(Guid Id, string? Display, DateTimeOffset? Vouched);
}
