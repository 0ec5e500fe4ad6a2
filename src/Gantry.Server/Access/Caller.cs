using Gantry.Protocol.Naming;
using Gantry.Protocol.Token;

namespace Gantry.Server.Access;

/// <summary>Who makes a request, and what the credential that came with it lets them do. Decided anew for every request.</summary>
public sealed record Caller
{
    public required CallerKind Kind { get; init; }

    /// <summary>Stable name of the identity: an application id, or a word in parentheses for those without one. Owns upload sessions, appears in logs.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>Limits the actions to this repository and those below it; null for all.</summary>
    public RepositoryName? RepositoryPrefix { get; init; }

    public bool Manages { get; init; }

    public bool ListsCatalog { get; init; }

    /// <summary>The scopes of the token that was shown: the rights above count only where they are named. Null where no token narrows them.</summary>
    public IReadOnlyList<Scope>? Scopes { get; init; }

    /// <summary>The token that was shown is a run's: it moves content, and asks for nothing else.</summary>
    public bool ActsForRun { get; init; }

    public bool IsAnonymous => Kind == CallerKind.Anonymous;

    /// <summary>Whether the caller may do this to a repository.</summary>
    public bool May(string action, RepositoryName repository)
    {
        if (!Actions.Contains(action) || !Covers(repository))
            return false;
        if (Scopes is null)
            return true;
        foreach (var scope in Scopes)
        {
            if (scope.Type == Scope.RepositoryType && (scope.Name == "*" || scope.Name == repository.ToString())
                && (scope.Actions.Contains(action) || scope.Actions.Contains(TokenActions.All)))
                return true;
        }
        return false;
    }

    /// <summary>Whether the caller may list the registry's repositories.</summary>
    public bool MayListCatalog() =>
        ListsCatalog && (Scopes is null || Scopes.Any(scope => scope is { Type: Scope.RegistryType, Name: "catalog", Actions.Count: > 0 }));

    /// <summary>What of the scopes asked for this caller is entitled to; never an error, perhaps nothing.</summary>
    public IReadOnlyList<Scope> Intersect(IReadOnlyList<Scope> asked)
    {
        var granted = new List<Scope>();
        foreach (var scope in Scope.Merge(asked))
        {
            var actions = scope.Type switch
            {
                Scope.RepositoryType when RepositoryName.TryParse(scope.Name, out var repository) => Allowed(scope, action => May(action, repository)),
                Scope.RepositoryType when scope.Name == "*" && RepositoryPrefix is null => Allowed(scope, Actions.Contains),
                Scope.RegistryType when scope.Name == "catalog" && MayListCatalog() => scope.Actions,
                _ => [],
            };
            granted.Add(scope with { Actions = actions });
        }
        return granted;
    }

    private IReadOnlyList<string> Allowed(Scope scope, Func<string, bool> may) =>
        scope.Actions.Contains(TokenActions.All) ? [.. Actions.Where(may)] : [.. scope.Actions.Where(may)];

    private bool Covers(RepositoryName repository) =>
        RepositoryPrefix is not { } prefix || repository == prefix
        || repository.ToString().StartsWith(prefix + "/", StringComparison.Ordinal);
}
