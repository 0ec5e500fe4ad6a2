using Gantry.Protocol.Token;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>What each kind of identity may do.</summary>
public static class Callers
{
    /// <summary>Nobody, where the policy or development mode may still allow something.</summary>
    /// <param name="registry">Its policy decides.</param>
    /// <param name="dev">Development mode: whoever can connect has every right.</param>
    public static Caller Unknown(RegistryRecord registry, bool dev) =>
        dev ? Developer : registry.AnonymousPull ? Reader : Nobody;

    /// <summary>A principal with the rights it has now; null where its role is not known any more.</summary>
    public static Caller? Of(PrincipalRecord principal)
    {
        if (Role.Find(principal.Role) is not { } role)
            return null;
        var whole = principal.RepositoryPrefix is null;
        return new Caller
        {
            Kind = CallerKind.Principal,
            Name = principal.AppId.ToString(),
            Actions = role.Actions,
            RepositoryPrefix = principal.RepositoryPrefix,
            Manages = whole && role.Manages,
            ListsCatalog = whole && role.Allows(TokenActions.MetadataRead),
        };
    }

    /// <summary>Whether the name is an id, and not a word for who has none.</summary>
    public static bool IsNamed(Caller caller) => !caller.Name.StartsWith('(');

    private static readonly Caller Nobody = new() { Kind = CallerKind.Anonymous, Name = "(anonymous)", Actions = [] };

    // Pull, and the tag lists that lead to it; never the catalog.
    private static readonly Caller Reader = Nobody with { Actions = [TokenActions.Pull, TokenActions.MetadataRead] };

    private static readonly Caller Developer = new()
    {
        Kind = CallerKind.Developer,
        Name = "(developer)",
        Actions = Role.Owner.Actions,
        Manages = true,
        ListsCatalog = true,
    };
}
