using Gantry.Protocol;
using Gantry.Protocol.Arm;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
using Gantry.Server.Http.Admin;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Arm;

/// <summary>Repository-scoped tokens and their passwords.</summary>
public sealed class ScopedTokenEndpoints(IScopedTokenStore store, ScopedTokens tokens, TimeProvider time, int maxBytes)
{
    public IEnumerable<ManagedRoute> Routes =>
    [
        new("GET", "tokens", Rights.RegistryRead, (request, _) => ListAsync(request)),
        new("GET", "tokens/{name}", Rights.RegistryRead, (request, values) => ShowAsync(request, values[0])),
        new("PUT", "tokens/{name}", Rights.RegistryWrite, (request, values) => PutAsync(request, values[0], needsOne: false)),
        new("PATCH", "tokens/{name}", Rights.RegistryWrite, (request, values) => PutAsync(request, values[0], needsOne: true)),
        new("DELETE", "tokens/{name}", Rights.RegistryWrite, (request, values) => DeleteAsync(request, values[0])),
        new("POST", "generateCredentials", Rights.RegistryWrite, (request, _) => GenerateAsync(request)),
    ];

    private async Task ListAsync(RegistryRequest request)
    {
        var known = await store.ListScopedTokensAsync(request.Registry.Id, request.Aborted);
        await Answer.JsonAsync(
            request.Http, StatusCodes.Status200OK, new TokenResourceList { Value = [.. known.Select(token => Describe(request, token))] }, WireJson.Wire.TokenResourceList);
    }

    private async Task ShowAsync(RegistryRequest request, string name) =>
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, Describe(request, await FindAsync(request, name)), WireJson.Wire.TokenResource);

    private async Task PutAsync(RegistryRequest request, string name, bool needsOne)
    {
        var wanted = (await JsonBody.ReadAsync(request.Http, WireJson.Wire.TokenRequest, maxBytes)).Properties;
        if (ScopedTokens.Explain(request.Registry, name) is { } problem)
            throw new RegistryException(ErrorCode.RequestInvalid, problem);
        bool? enabled = wanted.Status is null ? null
            : PolicyStates.IsOn(wanted.Status) ?? throw new RegistryException(ErrorCode.RequestInvalid, $"a token's status is {PolicyStates.Enabled} or {PolicyStates.Disabled}");
        var map = wanted.ScopeMapId is { } id ? id[(id.LastIndexOf('/') + 1)..] : null;
        if (map is null && !needsOne && await store.FindScopedTokenAsync(request.Registry.Id, name, request.Aborted) is null)
            throw new RegistryException(ErrorCode.RequestInvalid, "a new token needs a scopeMapId");
        var now = time.GetUtcNow();
        ScopedTokenRecord? known = null;
        // Within one transaction: what this request says nothing of stays what another one made of it, and what another one deleted stays so.
        var outcome = await store.ChangeScopedTokenAsync(request.Registry.Id, name, Change, IsStored, ScopedTokens.Most, request.Aborted);
        if (outcome == CommitOutcome.Missing)
            throw known is null && (needsOne || map is null) ? Unknown(name) : new RegistryException(ErrorCode.RequestInvalid, $"there is no scope map \"{Printable.Of(map ?? "")}\"");
        if (outcome == CommitOutcome.InUse)
            throw new RegistryException(ErrorCode.Conflict, $"a registry has at most {ScopedTokens.Most} tokens");
        await Answer.JsonAsync(
            request.Http, known is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, Describe(request, await FindAsync(request, name)), WireJson.Wire.TokenResource);

        bool IsStored(string scopeMap) => SystemScopeMaps.Find(request.Registry, scopeMap) is null;

        ScopedTokenRecord? Change(ScopedTokenRecord? before)
        {
            known = before;
            if (before is null)
            {
                return needsOne || map is null
                    ? null
                    : new ScopedTokenRecord { Registry = request.Registry.Id, Name = name, ScopeMap = map, Enabled = enabled ?? true, Created = now };
            }
            return before with
            {
                ScopeMap = map ?? before.ScopeMap,
                Enabled = enabled ?? before.Enabled,
                // az names the passwords that stay; those that it leaves out are over.
                Passwords = wanted.Credentials is { } kept ? [.. before.Passwords.Where(password => kept.Passwords.Any(one => one.Name == password.Name))] : before.Passwords,
            };
        }
    }

    private async Task DeleteAsync(RegistryRequest request, string name) =>
        request.Http.Response.StatusCode = await store.DeleteScopedTokenAsync(request.Registry.Id, name, request.Aborted) == CommitOutcome.Done
            ? StatusCodes.Status200OK
            : StatusCodes.Status204NoContent;

    private async Task GenerateAsync(RegistryRequest request)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.GenerateCredentialsRequest, maxBytes);
        var name = wanted.TokenId[(wanted.TokenId.LastIndexOf('/') + 1)..];
        if (wanted.Name is { } one && !ScopedTokens.PasswordNames.Contains(one))
            throw new RegistryException(ErrorCode.RequestInvalid, $"a token's passwords are {string.Join(" and ", ScopedTokens.PasswordNames)}");
        if (wanted.Expiry <= time.GetUtcNow())
            throw new RegistryException(ErrorCode.RequestInvalid, "the expiry has passed already");
        var made = await tokens.GenerateAsync(request.Registry.Id, name, wanted.Name is { } only ? [only] : ScopedTokens.PasswordNames, wanted.Expiry, request.Aborted)
            ?? throw Unknown(name);
        var token = await FindAsync(request, name);
        var texts = made.ToDictionary(pair => pair.Record.Name, pair => pair.Password, StringComparer.Ordinal);
        await SecretAnswer.JsonAsync(request.Http, StatusCodes.Status200OK, new GeneratedCredentials
        {
            Username = token.Name,
            Passwords = [.. token.Passwords.Select(password => Describe(password) with { Value = texts.GetValueOrDefault(password.Name) })],
        }, WireJson.Wire.GeneratedCredentials);
    }

    private async ValueTask<ScopedTokenRecord> FindAsync(RegistryRequest request, string name) =>
        (await store.FindScopedTokenAsync(request.Registry.Id, name, request.Aborted))?.Token ?? throw Unknown(name);

    private static RegistryException Unknown(string name) => new(ErrorCode.NotFound, $"there is no token \"{Printable.Of(name)}\"");

    private static TokenResource Describe(RegistryRequest request, ScopedTokenRecord token)
    {
        var prefix = ArmEndpoints.PrefixOf(request);
        return new TokenResource
        {
            Id = ArmPaths.Token(prefix, token.Name),
            Name = token.Name,
            Properties = new TokenProperties
            {
                CreationDate = token.Created,
                ScopeMapId = ArmPaths.ScopeMap(prefix, token.ScopeMap),
                Credentials = new TokenCredentials { Passwords = [.. token.Passwords.Select(Describe)] },
                Status = PolicyStates.Of(token.Enabled),
            },
        };
    }

    private static TokenPassword Describe(TokenPasswordRecord password) => new() { Name = password.Name, CreationTime = password.Created, Expiry = password.Ends };
}
