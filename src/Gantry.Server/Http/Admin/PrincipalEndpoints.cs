using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>A registry's principals, for those who rule it.</summary>
public sealed class PrincipalEndpoints(IMetadataStore store, PrincipalEnrolment enrolment, TimeProvider time, int maxBytes)
{
    private const int MaxNameLength = 120;
    private const string Unknown = "there is no principal of that application id";

    public IEnumerable<ManagedRoute> Routes =>
    [
        new("GET", "principals", Rights.AccessRead, (request, _) => ListAsync(request)),
        new("POST", "principals", Rights.AccessWrite, (request, _) => CreateAsync(request)),
        new("GET", "principals/{id}", Rights.AccessRead, (request, values) => ShowAsync(request, ReadId(values[0]))),
        new("PATCH", "principals/{id}", Rights.AccessWrite, (request, values) => UpdateAsync(request, ReadId(values[0]))),
        new("DELETE", "principals/{id}", Rights.AccessWrite, (request, values) => DeleteAsync(request, ReadId(values[0]))),
        new("POST", "principals/{id}/reset", Rights.AccessWrite, (request, values) => ResetAsync(request, ReadId(values[0]))),
        new("POST", "principals/{id}/revoke", Rights.AccessWrite, (request, values) => RevokeAsync(request, ReadId(values[0]))),
        new("POST", "principals/{id}/secrets", Rights.AccessWrite, (request, values) => AddSecretAsync(request, ReadId(values[0]))),
        new("DELETE", "principals/{id}/secrets/{secret}", Rights.AccessWrite, (request, values) => DeleteSecretAsync(request, ReadId(values[0]), values[1])),
    ];

    private async Task ListAsync(RegistryRequest request)
    {
        var principals = await store.ListPrincipalsAsync(request.Registry.Id, request.Aborted);
        var roles = (await store.ListAssignmentsAsync(request.Registry.Id, request.Aborted)).ToLookup(assignment => assignment.Principal);
        var list = new PrincipalList([.. principals.Select(principal => Describe(principal, roles[principal.Id]))]);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, list, WireJson.Wire.PrincipalList);
    }

    private async Task CreateAsync(RegistryRequest request)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.PrincipalRequest, maxBytes);
        DemandName(wanted.Name);
        var role = wanted.Role is null ? null : Role.Find(wanted.Role)
            ?? throw new RegistryException(ErrorCode.RequestInvalid, $"there is no role \"{Printable.Of(wanted.Role)}\"; the roles are {string.Join(", ", Role.All)}");
        RepositoryName? prefix = null;
        if (wanted.Repository is { } text)
        {
            if (!RepositoryName.TryParse(text, out var parsed))
                throw new RegistryException(ErrorCode.NameInvalid, $"\"{Printable.Of(text)}\" is not a repository");
            // An owner makes principals without a limit, so a limit on an owner would be none.
            if (role is null || role.Governs || role == Role.CatalogLister)
                throw new RegistryException(ErrorCode.RequestInvalid, $"{role?.Name ?? "no role"} cannot be limited to a repository");
            prefix = parsed;
        }
        var credentials = await enrolment.AddAsync(request.Registry.Id, wanted.Name, role, prefix, request.Aborted)
            ?? throw new RegistryException(ErrorCode.Conflict, $"a principal called \"{wanted.Name}\" already exists");
        await SecretAnswer.JsonAsync(request.Http, StatusCodes.Status201Created, credentials, WireJson.Wire.PrincipalCredentials);
    }

    private async Task ShowAsync(RegistryRequest request, Guid id)
    {
        var found = await store.FindPrincipalAsync(id, request.Aborted);
        if (found is null || found.Record.Registry != request.Registry.Id)
            throw new RegistryException(ErrorCode.NotFound, Unknown);
        var own = found.Assignments.Where(assignment => assignment.Principal == id);
        var shown = Describe(found.Record, own) with
        {
            Secrets = found.Secrets.Count == 0 ? null : [.. found.Secrets.Select(Describe)],
            Groups = [.. found.Groups.Select(group => group.Name)],
        };
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, shown, WireJson.Wire.PrincipalDescription);
    }

    private async Task UpdateAsync(RegistryRequest request, Guid id)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.PrincipalUpdate, maxBytes);
        Settle(await store.EnablePrincipalAsync(request.Registry.Id, id, wanted.Enabled, request.Aborted));
        await ShowAsync(request, id);
    }

    private async Task DeleteAsync(RegistryRequest request, Guid id)
    {
        Settle(await store.DeletePrincipalAsync(request.Registry.Id, id, request.Aborted));
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task ResetAsync(RegistryRequest request, Guid id)
    {
        var credentials = await enrolment.ResetAsync(request.Registry.Id, id, request.Aborted) ?? throw new RegistryException(ErrorCode.NotFound, Unknown);
        await SecretAnswer.JsonAsync(request.Http, StatusCodes.Status200OK, credentials, WireJson.Wire.PrincipalCredentials);
    }

    private async Task RevokeAsync(RegistryRequest request, Guid id)
    {
        Settle(await store.EndTokensAsync(request.Registry.Id, id, request.Aborted));
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task AddSecretAsync(RegistryRequest request, Guid id)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.SecretRequest, maxBytes);
        var label = wanted.Label ?? "";
        if (label.Length > MaxNameLength || label.Any(char.IsControl))
            throw new RegistryException(ErrorCode.RequestInvalid, $"a secret's label has at most {MaxNameLength} characters, none of them a control character");
        if (wanted.EndTime <= time.GetUtcNow())
            throw new RegistryException(ErrorCode.RequestInvalid, "the endTime has passed already");
        var (outcome, credentials) = await enrolment.AddSecretAsync(request.Registry.Id, id, label, wanted.EndTime, request.Aborted);
        if (outcome == CommitOutcome.Exists)
            throw new RegistryException(ErrorCode.Conflict, $"a principal has at most {PrincipalEnrolment.MaxSecrets} secrets; delete one first");
        await SecretAnswer.JsonAsync(
            request.Http, StatusCodes.Status201Created, credentials ?? throw new RegistryException(ErrorCode.NotFound, Unknown), WireJson.Wire.PrincipalCredentials);
    }

    private async Task DeleteSecretAsync(RegistryRequest request, Guid id, string secret)
    {
        var outcome = Guid.TryParseExact(secret, "D", out var secretId)
            ? await store.DeleteSecretAsync(request.Registry.Id, id, secretId, request.Aborted)
            : CommitOutcome.Missing;
        if (outcome == CommitOutcome.Missing)
            throw new RegistryException(ErrorCode.NotFound, "the principal has no secret of that id");
        if (outcome == CommitOutcome.InUse)
            throw new RegistryException(ErrorCode.Conflict, "without this secret the registry's last owner could not sign in; make another secret or another owner first");
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Guid ReadId(string text) => Guid.TryParseExact(text, "D", out var id) ? id : throw new RegistryException(ErrorCode.NotFound, Unknown);

    private static void Settle(CommitOutcome outcome)
    {
        if (outcome == CommitOutcome.InUse)
            throw new RegistryException(ErrorCode.Conflict, "this is the registry's last owner; make another one first");
        if (outcome != CommitOutcome.Done)
            throw new RegistryException(ErrorCode.NotFound, Unknown);
    }

    /// <exception cref="RegistryException">It is no name for a principal or a group.</exception>
    internal static void DemandName(string name)
    {
        var isName = name.Length is > 0 and <= MaxNameLength && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
        if (!isName)
            throw new RegistryException(ErrorCode.RequestInvalid, $"a principal's name has 1 to {MaxNameLength} letters, digits, dots, dashes and underscores, and begins with a letter or digit");
    }

    internal static PrincipalDescription Describe(PrincipalRecord principal, IEnumerable<RoleAssignmentRecord> roles) => new()
    {
        AppId = principal.Id.ToString(),
        Name = principal.Name,
        Kind = principal.Kind.ToString(),
        DisplayName = principal.Display,
        Issuer = principal.Issuer,
        Enabled = principal.Enabled,
        Roles = [.. roles.Select(Describe)],
        CreatedTime = principal.Created,
    };

    private static RoleDescription Describe(RoleAssignmentRecord assignment) => new()
    {
        Id = assignment.Id.ToString(), Role = assignment.Role, Repository = assignment.RepositoryPrefix?.ToString(), Condition = assignment.Condition,
    };

    private static SecretDescription Describe(SecretRecord secret) => new()
    {
        Id = secret.Id.ToString(), Label = secret.Label, CreatedTime = secret.Created, EndTime = secret.Ends,
    };
}
