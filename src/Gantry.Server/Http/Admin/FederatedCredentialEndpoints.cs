using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
using Gantry.Server.Access.Federation;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>What outside tokens stand for a service principal.</summary>
public sealed class FederatedCredentialEndpoints(IFederationStore store, TimeProvider time, int maxBytes)
{
    /// <summary>As many as Entra ID lets an application have.</summary>
    public const int MaxCredentials = 20;

    private const string Unknown = "there is no principal of that application id";

    public IEnumerable<ManagedRoute> Routes =>
    [
        new("GET", "principals/{id}/federated-credentials", Rights.AccessRead, (request, values) => ListAsync(request, ReadId(values[0]))),
        new("POST", "principals/{id}/federated-credentials", Rights.AccessWrite, (request, values) => AddAsync(request, ReadId(values[0]))),
        new("DELETE", "principals/{id}/federated-credentials/{name}", Rights.AccessWrite, (request, values) => DeleteAsync(request, ReadId(values[0]), values[1])),
    ];

    private async Task ListAsync(RegistryRequest request, Guid principal)
    {
        var records = await store.ListFederatedCredentialsAsync(request.Registry.Id, principal, request.Aborted);
        var list = new FederatedCredentialList([.. records.Select(Describe).OfType<FederatedCredentialDescription>()]);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, list, WireJson.Wire.FederatedCredentialList);
    }

    private async Task AddAsync(RegistryRequest request, Guid principal)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.FederatedCredentialDescription, maxBytes);
        PrincipalEndpoints.DemandName(wanted.Name);
        var credential = new FederatedCredential
        {
            Issuer = wanted.Issuer,
            Subject = wanted.Subject,
            Audience = wanted.Audience,
            IsFlexible = wanted.IsFlexible,
            Claims = [.. wanted.Claims.OrderBy(claim => claim.Key, StringComparer.Ordinal).Select(claim => new ClaimRule { Claim = claim.Key, Value = claim.Value })],
        };
        if (ClaimRules.Fault(credential) is { } fault)
            throw new RegistryException(ErrorCode.RequestInvalid, fault);
        var record = new FederatedCredentialRecord
        {
            Registry = request.Registry.Id, Principal = principal, Name = wanted.Name, Issuer = wanted.Issuer, Document = FederationJson.Write(credential), Created = time.GetUtcNow(),
        };
        switch (await store.AddFederatedCredentialAsync(record, MaxCredentials, request.Aborted))
        {
            case CommitOutcome.Done:
                await Answer.JsonAsync(request.Http, StatusCodes.Status201Created, wanted, WireJson.Wire.FederatedCredentialDescription);
                return;
            case CommitOutcome.Exists:
                throw new RegistryException(ErrorCode.Conflict, $"the principal has a federated credential called \"{wanted.Name}\" already");
            case CommitOutcome.InUse:
                throw new RegistryException(ErrorCode.Conflict, $"a principal has at most {MaxCredentials} federated credentials");
            default:
                throw new RegistryException(ErrorCode.NotFound, Unknown);
        }
    }

    private async Task DeleteAsync(RegistryRequest request, Guid principal, string name)
    {
        if (await store.DeleteFederatedCredentialAsync(request.Registry.Id, principal, name, request.Aborted) != CommitOutcome.Done)
            throw new RegistryException(ErrorCode.NotFound, "the principal has no federated credential of that name");
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static FederatedCredentialDescription? Describe(FederatedCredentialRecord record) => FederationJson.ReadCredential(record.Document) is not { } credential ? null : new()
    {
        Name = record.Name,
        Issuer = credential.Issuer,
        Subject = credential.Subject,
        Audience = credential.Audience,
        IsFlexible = credential.IsFlexible,
        Claims = credential.Claims.ToDictionary(rule => rule.Claim, rule => rule.Value, StringComparer.Ordinal),
    };

    private static Guid ReadId(string text) => Guid.TryParseExact(text, "D", out var id) ? id : throw new RegistryException(ErrorCode.NotFound, Unknown);
}
