using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>Explains what an identity may do, by the very function that decides it.</summary>
public sealed class AccessEndpoints(PrincipalDirectory directory, IPrincipalStore principals)
{
    private const string AnonymousWord = "anonymous";

    public IEnumerable<ManagedRoute> Routes => [new("GET", "access/explain", Rights.AccessRead, (request, _) => ExplainAsync(request))];

    private async Task ExplainAsync(RegistryRequest request)
    {
        var query = request.Http.Request.Query;
        var right = RightNames.Find(query["action"].ToString());
        if (right == Rights.None)
            throw new RegistryException(ErrorCode.RequestInvalid, $"\"{Printable.Of(query["action"].ToString())}\" is no action; the actions are {string.Join(", ", RightNames.All.Select(RightNames.ShortOf))}");
        RepositoryName? repository = null;
        if (query["repository"].ToString() is { Length: > 0 } text)
            repository = RepositoryName.TryParse(text, out var parsed) ? parsed : throw new RegistryException(ErrorCode.NameInvalid, $"\"{Printable.Of(text)}\" is not a repository");
        var isContent = (right & Rights.Content) != Rights.None;
        if (isContent != repository is not null)
            throw new RegistryException(ErrorCode.RequestInvalid, isContent ? "that action is one on a repository: say which" : "that action is one on the registry: it takes no repository");

        var identity = query["identity"].ToString();
        var known = await FindAsync(request, identity);
        var caller = known?.Caller;
        var decision = caller is null ? new Decision(null, Denial.NotGranted) : AccessRules.Decide(caller, right, repository);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, new AccessExplanation
        {
            Identity = caller?.Name ?? identity,
            DisplayName = caller?.Display,
            Action = RightNames.PermissionOf(right),
            Repository = repository?.ToString(),
            Allowed = decision.IsAllowed,
            Reason = known is null ? "there is no such identity: give an id, a name, the name of a token, or anonymous"
                : caller is null ? "it may not sign in: it is disabled, or it is a group" : Explain(decision),
            Grants = [.. (caller?.Grants ?? []).Select(grant => new GrantDescription
            {
                Source = grant.Source,
                Place = grant.Place.ToString(),
                Condition = grant.Condition?.ToString(),
                Verdict = Explain(grant, right, repository),
            })],
        }, WireJson.Wire.AccessExplanation);
    }

    /// <summary>By id or name, by the name of a token, as the registry's admin user or as <c>anonymous</c>. What two kinds are called the same is the token: <c>token:NAME</c> and an id always say which.</summary>
    private async ValueTask<KnownIdentity?> FindAsync(RegistryRequest request, string identity)
    {
        if (identity.Length == 0 || identity == AnonymousWord)
            return new KnownIdentity(await directory.FindAnonymousAsync(request.Registry.Id, request.Aborted), []);
        var key = identity.Equals(request.Registry.Name, StringComparison.OrdinalIgnoreCase) ? IdentityKey.Admin : IdentityKey.TryParse(identity) ?? IdentityKey.OfToken(identity);
        if (await directory.FindAsync(request.Registry.Id, key, request.Aborted) is { } known)
            return known;
        var named = (await principals.ListPrincipalsAsync(request.Registry.Id, request.Aborted)).FirstOrDefault(principal => principal.Name == identity);
        return named is null ? null : await directory.FindAsync(request.Registry.Id, IdentityKey.OfPrincipal(named.Id), request.Aborted);
    }

    private static string Explain(Decision decision) => decision.Why switch
    {
        Denial.None => $"allowed by {decision.By}",
        Denial.NotGranted => "nothing gives this identity the right",
        Denial.Elsewhere => "the right is given, but for other repositories",
        Denial.ConditionFailed => "the right is given here on a condition that does not hold",
        _ => "the token does not name it",
    };

    private static string Explain(Grant grant, Rights right, RepositoryName? repository) => grant.Judge(right, repository) switch
    {
        Denial.None => "allows it",
        Denial.NotGranted => "does not give the right",
        Denial.Elsewhere => repository is null ? "is not for the whole registry" : $"is not for {repository}",
        _ => repository is { } asked ? grant.Condition!.Explain(RightNames.PermissionOf(right), asked) : "has a condition, so it is not for the whole registry",
    };
}
