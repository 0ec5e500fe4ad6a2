using System.Collections.Immutable;
using Gantry.Server.Access.Conditions;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>What each kind of identity may do.</summary>
public static class Callers
{
    /// <summary>The admin user opens all content and reads the catalog; it does not set the registry up.</summary>
    private const Rights AdminRights = (Rights.Content & ~Rights.Sign) | Rights.CatalogRead;

    // Pull, and the tag lists that lead to it; never the catalog.
    private const Rights AnonymousRights = Rights.ContentRead | Rights.MetadataRead;

    /// <summary>Nobody, to a server in development: whoever can connect has every right.</summary>
    public static Caller Developer { get; } = new()
    {
        Kind = CallerKind.Developer,
        Name = "(developer)",
        Grants = [new Grant(Rights.Content | Rights.Registry, GrantPlace.Everywhere, "development mode")],
    };

    /// <summary>Nobody, with nothing.</summary>
    public static Caller Nobody { get; } = new() { Kind = CallerKind.Anonymous, Name = "(anonymous)" };

    /// <summary>Nobody, where a policy or an assignment may still allow something.</summary>
    public static Caller Anonymous(RegistryAccess registry) => Nobody with { Grants = OfAnonymous(registry) };

    /// <summary>A principal with the rights it has now; null where it may not sign in.</summary>
    public static Caller? Of(RegistryAccess registry, PrincipalAccess principal)
    {
        var record = principal.Record;
        if (!record.Enabled || record.Kind == PrincipalKind.Group || record.Registry != registry.Registry.Id)
            return null;
        var groups = principal.Groups.Where(group => group is { Enabled: true, Kind: PrincipalKind.Group }).ToDictionary(group => group.Id);
        var grants = principal.Assignments
            .Where(assignment => assignment.Principal == record.Id || (assignment.Principal is { } holder && groups.ContainsKey(holder)))
            .Select(assignment => Of(registry.Registry, assignment, assignment.Principal is { } holder && groups.TryGetValue(holder, out var group) ? $" of the group {group.Name}" : ""));
        return new Caller
        {
            Kind = record.Kind == PrincipalKind.User ? CallerKind.User : CallerKind.Principal,
            Name = record.Id.ToString(),
            Display = record.Display ?? record.Name,
            Grants = WithCatalog(registry.Registry, grants.OfType<Grant>()),
            Generation = record.Generation,
        };
    }

    /// <summary>A repository-scoped token; null where it is disabled or its map is gone.</summary>
    public static Caller? Of(RegistryAccess registry, ScopedTokenAccess access)
    {
        var map = access.ScopeMap ?? SystemScopeMaps.Find(registry.Registry, access.Token.ScopeMap);
        if (!access.Token.Enabled || map is null || !ScopeMapActions.TryParse(map.Actions, out var actions))
            return null;
        // The catalog is for those whose map covers every repository.
        var grants = actions.Grants.Select(row => new Grant(
            row.Place.IsEverywhere && (row.Rights & Rights.MetadataRead) != Rights.None ? row.Rights | Rights.CatalogRead : row.Rights, row.Place, $"scope map {map.Name}"));
        return new Caller
        {
            Kind = CallerKind.ScopedToken,
            Name = IdentityKey.OfToken(access.Token.Name).ToString(),
            Display = access.Token.Name,
            Grants = WithCatalog(registry.Registry, grants),
            Generation = access.Token.Generation,
        };
    }

    /// <summary>The admin user; null where it is switched off.</summary>
    public static Caller? Of(RegistryAccess registry, AdminUserRecord admin) => !registry.Registry.Settings.AdminUserEnabled ? null : new Caller
    {
        Kind = CallerKind.AdminUser,
        Name = IdentityKey.Admin.ToString(),
        Display = registry.Registry.Name,
        Grants = [new Grant(AdminRights, GrantPlace.Everywhere, "admin user")],
        Generation = admin.Generation,
    };

    /// <summary>Where the registry has it so, whoever may read something lists that.</summary>
    private static ImmutableArray<Grant> WithCatalog(RegistryRecord registry, IEnumerable<Grant> grants)
    {
        ImmutableArray<Grant> own = [.. grants];
        var lists = registry.Settings.CatalogByRights && own.Any(grant => (grant.Rights & (Rights.ContentRead | Rights.MetadataRead)) != Rights.None);
        return lists ? own.Add(new Grant(Rights.CatalogReadOwn, GrantPlace.Everywhere, "catalog by rights")) : own;
    }

    private static ImmutableArray<Grant> OfAnonymous(RegistryAccess registry)
    {
        var assigned = registry.OfAnonymous.Select(assignment => Of(registry.Registry, assignment, " of anonymous callers")).OfType<Grant>()
            // Whoever is nobody never writes, whatever was assigned.
            .Select(grant => grant with { Rights = grant.Rights & (AnonymousRights | Rights.CatalogRead) });
        return registry.Registry.AnonymousPull
            ? [new Grant(AnonymousRights, GrantPlace.Everywhere, "anonymous pull"), .. assigned]
            : [.. assigned];
    }

    /// <summary>What an assignment comes to; null where it comes to nothing.</summary>
    private static Grant? Of(RegistryRecord registry, RoleAssignmentRecord assignment, string holder)
    {
        if (Role.Find(assignment.Role) is not { } role)
            return null;
        AccessCondition? condition = null;
        // A condition that no program wrote so holds for nothing.
        if (assignment.Condition is { } text && !AccessCondition.TryParse(text, out condition))
            return null;
        var rights = role.Rights;
        if (registry.Settings.RepositoryRolesOnly && !role.IsOfRepositories)
            rights &= ~(Rights.Content | Rights.CatalogRead | Rights.CatalogReadOwn);
        var place = assignment.RepositoryPrefix is { } prefix ? GrantPlace.AtAndBelow(prefix) : GrantPlace.Everywhere;
        return rights == Rights.None ? null : new Grant(rights, place, $"role {role.Name}{holder}", condition);
    }
}
