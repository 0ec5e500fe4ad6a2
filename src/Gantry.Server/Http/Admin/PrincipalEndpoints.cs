using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>A registry's principals, for those who rule it.</summary>
public sealed class PrincipalEndpoints(IPrincipalStore store, PrincipalEnrolment enrolment, int maxBytes)
{
    private const int MaxNameLength = 120;
    private const string Unknown = "there is no principal of that application id";

    public async Task ListAsync(RegistryRequest request)
    {
        DemandManager(request);
        var principals = await store.ListPrincipalsAsync(request.Registry.Id, request.Aborted);
        var list = new PrincipalList([.. principals.Select(Describe)]);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, list, WireJson.Wire.PrincipalList);
    }

    public async Task CreateAsync(RegistryRequest request)
    {
        DemandManager(request);
        var wanted = await ReadAsync(request.Http);
        if (!IsName(wanted.Name))
            throw new RegistryException(ErrorCode.RequestInvalid, $"a principal's name has 1 to {MaxNameLength} letters, digits, dots, dashes and underscores, and begins with a letter or digit");
        var role = Role.Find(wanted.Role)
            ?? throw new RegistryException(ErrorCode.RequestInvalid, $"there is no role \"{Printable.Of(wanted.Role)}\"; the roles are {string.Join(", ", Role.All)}");
        RepositoryName? prefix = null;
        if (wanted.Repository is { } text)
        {
            if (!RepositoryName.TryParse(text, out var parsed))
                throw new RegistryException(ErrorCode.NameInvalid, $"\"{Printable.Of(text)}\" is not a repository");
            // An owner makes principals without a limit, so a limit on an owner would be none.
            if (role.Manages)
                throw new RegistryException(ErrorCode.RequestInvalid, $"{role} rules the whole registry; it cannot be limited to a repository");
            prefix = parsed;
        }
        var credentials = await enrolment.AddAsync(request.Registry.Id, wanted.Name, role, prefix, request.Aborted)
            ?? throw new RegistryException(ErrorCode.Conflict, $"a principal called \"{wanted.Name}\" already exists");
        await SecretAnswer.JsonAsync(request.Http, StatusCodes.Status201Created, credentials, WireJson.Wire.PrincipalCredentials);
    }

    public async Task ResetAsync(RegistryRequest request, string id)
    {
        DemandManager(request);
        var credentials = Guid.TryParseExact(id, "D", out var appId) ? await enrolment.ResetAsync(request.Registry.Id, appId, request.Aborted) : null;
        await SecretAnswer.JsonAsync(
            request.Http, StatusCodes.Status200OK, credentials ?? throw new RegistryException(ErrorCode.NotFound, Unknown), WireJson.Wire.PrincipalCredentials);
    }

    public async Task DeleteAsync(RegistryRequest request, string id)
    {
        DemandManager(request);
        var outcome = Guid.TryParseExact(id, "D", out var appId)
            ? await store.DeletePrincipalAsync(request.Registry.Id, appId, request.Aborted)
            : CommitOutcome.Missing;
        request.Http.Response.StatusCode = outcome switch
        {
            CommitOutcome.Done => StatusCodes.Status204NoContent,
            CommitOutcome.InUse => throw new RegistryException(ErrorCode.Conflict, "this is the registry's last owner; make another one first"),
            _ => throw new RegistryException(ErrorCode.NotFound, Unknown),
        };
    }

    private static void DemandManager(RegistryRequest request)
    {
        if (!request.Authentication.Caller.Manages)
            throw new RegistryException(ErrorCode.Denied, "only an owner who signs in with a secret or a refresh token manages principals");
    }

    private async ValueTask<PrincipalRequest> ReadAsync(HttpContext http)
    {
        var body = await SmallBody.ReadAsync(http, maxBytes);
        try
        {
            return JsonSerializer.Deserialize(body.Span, WireJson.Wire.PrincipalRequest)
                ?? throw new RegistryException(ErrorCode.RequestInvalid, "the body must be an object");
        }
        catch (JsonException e)
        {
            throw new RegistryException(ErrorCode.RequestInvalid, $"the body is not what this path takes: {(e.Path is null or "$" ? "it must be an object with name and role" : $"{Printable.Of(e.Path)} is not what belongs there")}");
        }
    }

    private static bool IsName(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
                return false;
        }
        return name.Length is > 0 and <= MaxNameLength && char.IsAsciiLetterOrDigit(name[0]);
    }

    private static PrincipalDescription Describe(PrincipalRecord principal) => new()
    {
        AppId = principal.AppId.ToString(),
        Name = principal.Name,
        Role = principal.Role,
        Repository = principal.RepositoryPrefix?.ToString(),
        CreatedTime = principal.Created,
    };
}
