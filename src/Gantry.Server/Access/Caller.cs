using System.Collections.Immutable;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Token;

namespace Gantry.Server.Access;

/// <summary>Who makes a request, and what the credential that came with it lets them do. Decided anew for every request.</summary>
public sealed record Caller
{
    public required CallerKind Kind { get; init; }

    /// <summary>Stable name of the identity: what <see cref="IdentityKey"/> writes, or a word in parentheses for those without one. Owns upload sessions, appears in logs.</summary>
    public required string Name { get; init; }

    /// <summary>How people call the identity; null for its name.</summary>
    public string? Display { get; init; }

    /// <summary>What the identity may do, a token aside.</summary>
    public ImmutableArray<Grant> Grants { get; init; } = [];

    /// <summary>The generation of the identity's tokens that counts now.</summary>
    public long Generation { get; init; }

    /// <summary>The scopes of the token that was shown: the rights above count only where they are named. Null where no token narrows them.</summary>
    public IReadOnlyList<Scope>? Scopes { get; init; }

    /// <summary>The id of the refresh token that was shown, or that the shown access token was earned with; null for none.</summary>
    public string? Session { get; init; }

    /// <summary>The token that was shown is a run's: it moves content, and asks for nothing else.</summary>
    public bool ActsForRun { get; init; }

    public bool IsAnonymous => Kind == CallerKind.Anonymous;

    /// <summary>Whether the caller may do this to a repository.</summary>
    /// <param name="action">One of <see cref="TokenActions"/>.</param>
    /// <param name="repository">The repository.</param>
    public bool May(string action, RepositoryName repository) =>
        RightNames.OfAction(action) is var right && right != Rights.None && AccessRules.Decide(this, right, repository).IsAllowed;

    /// <summary>Whether the caller has a right on the registry.</summary>
    public bool May(Rights right) => AccessRules.Decide(this, right, repository: null).IsAllowed;

    /// <summary>Whether the caller may do this to some repository, perhaps one that there is not.</summary>
    public bool MaySomewhere(Rights right)
    {
        foreach (var grant in Grants.AsSpan())
        {
            if ((grant.Rights & right) != Rights.None)
                return true;
        }
        return false;
    }

    /// <summary>Whether the caller may list the registry's repositories: all of them, or those of <see cref="Sees"/>.</summary>
    public bool MayListCatalog() => May(Rights.CatalogRead) || May(Rights.CatalogReadOwn);

    /// <summary>Whether the catalog shows the caller a repository. A token that opens the catalog need not name each of them.</summary>
    public bool Sees(RepositoryName repository)
    {
        var identity = Scopes is null ? this : this with { Scopes = null };
        return AccessRules.Decide(identity, Rights.MetadataRead, repository).IsAllowed || AccessRules.Decide(identity, Rights.ContentRead, repository).IsAllowed;
    }

    /// <summary>What of the scopes asked for this caller is entitled to; never an error, perhaps nothing.</summary>
    public IReadOnlyList<Scope> Intersect(IReadOnlyList<Scope> asked)
    {
        var granted = new List<Scope>();
        foreach (var scope in Scope.Merge(asked))
        {
            var actions = scope.Type switch
            {
                Scope.RepositoryType when RepositoryName.TryParse(scope.Name, out var repository) => Allowed(scope, right => AccessRules.Decide(this, right, repository).IsAllowed),
                Scope.RepositoryType when scope.Name == "*" => Allowed(scope, right => AccessRules.MayEverywhere(this, right)),
                Scope.RegistryType when scope.Name == "catalog" && MayListCatalog() => scope.Actions,
                _ => [],
            };
            granted.Add(scope with { Actions = actions });
        }
        return granted;
    }

    private static IReadOnlyList<string> Allowed(Scope scope, Func<Rights, bool> may) => scope.Actions.Contains(TokenActions.All)
        ? [.. RightNames.All.Where(right => RightNames.ActionOf(right) is not null && may(right)).Select(right => RightNames.ActionOf(right)!).Order(StringComparer.Ordinal)]
        : [.. scope.Actions.Where(action => RightNames.OfAction(action) is var right && right != Rights.None && may(right))];
}
