using Gantry.Protocol.Naming;

namespace Gantry.Server.Access;

/// <summary>The one place where it is decided who may do what. Pure: what it is given is all that counts.</summary>
/// <remarks><code>
///   right ──(1) some grant has it? ──(2) for this repository? ──(3) its condition holds? ──(4) the token shown names it? ──► allowed
/// </code></remarks>
public static class AccessRules
{
    /// <param name="caller">Who, with what they may do at this moment.</param>
    /// <param name="right">One right.</param>
    /// <param name="repository">Where, for a right on content; null for one on the registry.</param>
    public static Decision Decide(Caller caller, Rights right, RepositoryName? repository)
    {
        var nearest = Denial.NotGranted;
        foreach (var grant in caller.Grants.AsSpan())
        {
            // (1), (2), (3)
            var denial = grant.Judge(right, repository);
            if (denial == Denial.None)
                // (4)
                return caller.Scopes is null || Names(caller, right, repository) ? new Decision(grant, Denial.None) : new Decision(null, Denial.NotInToken);
            if (denial > nearest)
                nearest = denial;
        }
        return new Decision(null, nearest);
    }

    /// <summary>Whether the caller has a right on content in every repository there may be.</summary>
    public static bool MayEverywhere(Caller caller, Rights right)
    {
        foreach (var grant in caller.Grants.AsSpan())
        {
            if (grant.AllowsEverywhere(right))
                return caller.Scopes is null || Names(caller, right, repository: null);
        }
        return false;
    }

    private static bool Names(Caller caller, Rights right, RepositoryName? repository)
    {
        // Ruling the registry is among no token's scopes.
        if (right is Rights.CatalogRead or Rights.CatalogReadOwn)
            return caller.Scopes!.Any(scope => scope is { Type: Protocol.Token.Scope.RegistryType, Name: "catalog", Actions.Count: > 0 });
        if (RightNames.ActionOf(right) is not { } action)
            return false;
        foreach (var scope in caller.Scopes!)
        {
            if (scope.Type == Protocol.Token.Scope.RepositoryType && (scope.Name == "*" || (repository is { } name && scope.Name == name.ToString()))
                && (scope.Actions.Contains(action) || scope.Actions.Contains(Protocol.Token.TokenActions.All)))
                return true;
        }
        return false;
    }
}
