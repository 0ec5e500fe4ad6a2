using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Token;
using Gantry.Server.Access;
using Gantry.Server.Access.Federation;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>The issuers that a registry trusts; and, for everybody, those at which people sign in.</summary>
/// <param name="store">Keeps them.</param>
/// <param name="signIn">Says what a token would come to.</param>
/// <param name="operated">The default registry, whose owners operate the server.</param>
/// <param name="directory">What the directory of people's passwords is called; null without one.</param>
/// <param name="time">The clock.</param>
/// <param name="maxBytes">Length of the longest body.</param>
public sealed class FederationEndpoints(IFederationStore store, OutsideSignIn signIn, string operated, string? directory, TimeProvider time, int maxBytes)
{
    private const string Unknown = "there is no issuer of that name";

    public IEnumerable<ManagedRoute> Routes =>
    [
        new("GET", "sign-in", null, (request, _) => ListForPeopleAsync(request)),
        new("GET", "federation", Rights.AccessRead, (request, _) => ListAsync(request)),
        new("POST", "federation", Rights.AccessWrite, (request, _) => PutAsync(request, name: null)),
        new("POST", "federation-test", Rights.AccessRead, (request, _) => TestAsync(request)),
        new("GET", "federation/{name}", Rights.AccessRead, (request, values) => ShowAsync(request, values[0])),
        new("PUT", "federation/{name}", Rights.AccessWrite, (request, values) => PutAsync(request, values[0])),
        new("DELETE", "federation/{name}", Rights.AccessWrite, (request, values) => DeleteAsync(request, values[0])),
    ];

    private async Task ListForPeopleAsync(RegistryRequest request)
    {
        var issuers = await signIn.TrustedAsync(request.Registry.Id, request.Aborted);
        var list = new SignInIssuerList(
        [
            .. issuers.Where(issuer => issuer is { PeopleMaySignIn: true, ClientId: not null })
                .Select(issuer => new SignInIssuer { Name = issuer.Name, Issuer = issuer.Issuer, ClientId = issuer.ClientId!, Scopes = issuer.Scopes }),
        ]);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, list, WireJson.Wire.SignInIssuerList);
    }

    private async Task ListAsync(RegistryRequest request)
    {
        var issuers = await signIn.TrustedAsync(request.Registry.Id, request.Aborted);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, new IssuerList([.. issuers.Select(Describe)]), WireJson.Wire.IssuerList);
    }

    private async Task ShowAsync(RegistryRequest request, string name)
    {
        var issuer = await FindAsync(request, name) ?? throw new RegistryException(ErrorCode.NotFound, Unknown);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, Describe(issuer), WireJson.Wire.IssuerDescription);
    }

    private async Task PutAsync(RegistryRequest request, string? name)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.IssuerDescription, maxBytes);
        if (name is not null && wanted.Name != name)
            throw new RegistryException(ErrorCode.RequestInvalid, "the body names another issuer than the path");
        var issuer = Read(wanted);
        if (issuer.Fault() is { } fault)
            throw new RegistryException(ErrorCode.RequestInvalid, fault);
        // Its people would be taken for the directory's.
        if (issuer.Name == directory)
            throw new RegistryException(ErrorCode.Conflict, "the directory of people's passwords is called so; call the issuer otherwise");
        DemandOperator(request, issuer);
        var record = new IssuerRecord { Registry = request.Registry.Id, Name = issuer.Name, Url = issuer.Issuer, Document = FederationJson.Write(issuer), Created = time.GetUtcNow() };
        // What was not meant to replace anything replaces nothing, whoever makes an issuer of that name at the same time.
        var isNew = name is null || await FindAsync(request, name) is null;
        var outcome = name is null ? await store.AddIssuerAsync(record, request.Aborted) : await store.PutIssuerAsync(record, request.Aborted);
        if (outcome != CommitOutcome.Done)
            throw new RegistryException(ErrorCode.Conflict, name is null ? "an issuer of this registry has that name or that address" : "another issuer of this registry has that address");
        await Answer.JsonAsync(request.Http, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, Describe(issuer), WireJson.Wire.IssuerDescription);
    }

    private async Task DeleteAsync(RegistryRequest request, string name)
    {
        if (await store.DeleteIssuerAsync(request.Registry.Id, name, request.Aborted) != CommitOutcome.Done)
            throw new RegistryException(ErrorCode.NotFound, Unknown);
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task TestAsync(RegistryRequest request)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.FederationTest, maxBytes);
        var (verdict, matches) = await signIn.TestAsync(request.Registry.Id, wanted.Token.Trim(), request.Aborted);
        var meant = matches.Where(match => match.WhyNot is null).Select(match => match.Credential.Principal).Distinct().ToList();
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, new FederationTestReport
        {
            AppId = meant is [var only] ? only.ToString() : null,
            Verdict = Explain(verdict, meant),
            Issuer = verdict.Identity?.Issuer,
            Subject = verdict.Identity is { } identity ? Printable.Of(identity.Subject) : null,
            Credentials = [.. matches.Select(match => new FederationTestLine { AppId = match.Credential.Principal.ToString(), Name = match.Credential.Name, WhyNot = match.WhyNot })],
        }, WireJson.Wire.FederationTestReport);
    }

    private static string Explain(OutsideVerdict verdict, List<Guid> meant) => (verdict.Issuer, meant) switch
    {
        (null, _) => $"refused: {verdict.Reason}",
        (_, [var only]) => $"it stands for the principal {only}",
        (_, [_, ..]) => $"refused: it means {meant.Count} principals",
        ({ PeopleMaySignIn: true } issuer, _) => $"it signs a person in at {issuer.Name}",
        ({ } issuer, _) => $"refused: no federated credential means it, and people do not sign in at {issuer.Name}",
    };

    private async ValueTask<TrustedIssuer?> FindAsync(RegistryRequest request, string name) =>
        (await signIn.TrustedAsync(request.Registry.Id, request.Aborted)).FirstOrDefault(issuer => issuer.Name == name);

    /// <summary>A private address is a way into the server's own network, a file is one of its own disk: neither is a tenant's to open.</summary>
    private void DemandOperator(RegistryRequest request, TrustedIssuer issuer)
    {
        if (issuer is { AllowPrivateAddresses: false, CaFile: null } || request.Caller.Kind == CallerKind.Developer)
            return;
        if (request.Registry.Name != operated || !AccessRules.Decide(request.Caller, Rights.Operate, repository: null).IsAllowed)
            throw new RegistryException(ErrorCode.Denied, "private addresses and files of the server are for its operators to allow");
    }

    private static TrustedIssuer Read(IssuerDescription wanted) => new()
    {
        Name = wanted.Name,
        Issuer = wanted.Issuer,
        Audiences = wanted.Audiences,
        ClientId = wanted.ClientId,
        Scopes = wanted.Scopes,
        NameClaim = wanted.NameClaim,
        GroupsClaim = wanted.GroupsClaim,
        AllowPrivateAddresses = wanted.AllowPrivateAddresses,
        CaFile = wanted.CaFile,
        PeopleMaySignIn = wanted.PeopleMaySignIn,
        PeopleClaims = [.. wanted.PeopleClaims.OrderBy(claim => claim.Key, StringComparer.Ordinal).Select(claim => new ClaimRule { Claim = claim.Key, Value = claim.Value })],
    };

    private static IssuerDescription Describe(TrustedIssuer issuer) => new()
    {
        Name = issuer.Name,
        Issuer = issuer.Issuer,
        Audiences = issuer.Audiences,
        ClientId = issuer.ClientId,
        Scopes = issuer.Scopes,
        NameClaim = issuer.NameClaim,
        GroupsClaim = issuer.GroupsClaim,
        AllowPrivateAddresses = issuer.AllowPrivateAddresses,
        CaFile = issuer.CaFile,
        PeopleMaySignIn = issuer.PeopleMaySignIn,
        PeopleClaims = issuer.PeopleClaims.ToDictionary(rule => rule.Claim, rule => rule.Value, StringComparer.Ordinal),
    };
}
