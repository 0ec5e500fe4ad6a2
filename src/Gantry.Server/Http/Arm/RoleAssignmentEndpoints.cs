using Gantry.Protocol;
using Gantry.Protocol.Arm;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Access.Conditions;
using Gantry.Server.Http.Admin;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Arm;

/// <summary>Who has which role, in Microsoft.Authorization's shapes. Anonymous callers are the principal <see cref="Guid.Empty"/>.</summary>
public sealed class RoleAssignmentEndpoints(IRoleStore store, IPrincipalStore principals, TimeProvider time, int maxBytes)
{
    private const string Assignments = "providers/Microsoft.Authorization/roleAssignments";
    private const string Definitions = "providers/Microsoft.Authorization/roleDefinitions";
    private const string AnonymousType = "Anonymous";
    private const string ConditionVersion = "2.0";

    public IEnumerable<ManagedRoute> Routes =>
    [
        new("GET", Assignments, Rights.AccessRead, (request, _) => ListAsync(request)),
        new("GET", $"{Assignments}/{{id}}", Rights.AccessRead, (request, values) => ShowAsync(request, ReadId(values[0]))),
        new("PUT", $"{Assignments}/{{id}}", Rights.AccessWrite, (request, values) => PutAsync(request, ReadId(values[0]))),
        new("DELETE", $"{Assignments}/{{id}}", Rights.AccessWrite, (request, values) => DeleteAsync(request, ReadId(values[0]))),
        new("GET", Definitions, Rights.None, (request, _) => ListDefinitionsAsync(request)),
        new("GET", $"{Definitions}/{{id}}", Rights.None, (request, values) => ShowDefinitionAsync(request, values[0])),
    ];

    private async Task ListAsync(RegistryRequest request)
    {
        var known = await store.ListAssignmentsAsync(request.Registry.Id, request.Aborted);
        var kinds = (await principals.ListPrincipalsAsync(request.Registry.Id, request.Aborted)).ToDictionary(principal => principal.Id, principal => principal.Kind);
        var list = new RoleAssignmentList { Value = [.. known.Select(assignment => Describe(request, assignment, kinds))] };
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, list, WireJson.Wire.RoleAssignmentList);
    }

    private async Task ShowAsync(RegistryRequest request, Guid id) => await AnswerAsync(request, StatusCodes.Status200OK, await FindAsync(request, id) ?? throw Unknown(id));

    private async Task PutAsync(RegistryRequest request, Guid id)
    {
        var wanted = (await JsonBody.ReadAsync(request.Http, WireJson.Wire.RoleAssignmentRequest, maxBytes)).Properties;
        var assignment = Read(request, id, wanted);
        switch (await store.AddAssignmentAsync(assignment, request.Aborted))
        {
            case CommitOutcome.Done:
                await AnswerAsync(request, StatusCodes.Status201Created, assignment);
                return;
            case CommitOutcome.Missing:
                throw new RegistryException(ErrorCode.RequestInvalid, $"there is no principal \"{Printable.Of(wanted.PrincipalId)}\" in the registry {request.Registry.Name}");
        }
        // The same once more is no error: a client that lost our answer may ask again.
        var known = await FindAsync(request, id);
        if (known is null || known with { Created = assignment.Created } != assignment)
            throw new RegistryException(ErrorCode.Conflict, "the role assignment already exists");
        await AnswerAsync(request, StatusCodes.Status200OK, known);
    }

    private async Task DeleteAsync(RegistryRequest request, Guid id)
    {
        var known = await FindAsync(request, id);
        switch (await store.DeleteAssignmentAsync(request.Registry.Id, id, request.Aborted))
        {
            case CommitOutcome.Done when known is not null:
                await AnswerAsync(request, StatusCodes.Status200OK, known);
                return;
            case CommitOutcome.InUse:
                throw new RegistryException(ErrorCode.Conflict, "this makes the registry's last owner; make another one first");
            default:
                request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
        }
    }

    private static Task ListDefinitionsAsync(RegistryRequest request) => Answer.JsonAsync(
        request.Http, StatusCodes.Status200OK, new RoleDefinitionList { Value = [.. Role.All.Select(role => Describe(request, role))] }, WireJson.Wire.RoleDefinitionList);

    private static Task ShowDefinitionAsync(RegistryRequest request, string id) => Answer.JsonAsync(
        request.Http, StatusCodes.Status200OK,
        Describe(request, Role.Find(id) ?? throw new RegistryException(ErrorCode.NotFound, $"there is no role \"{Printable.Of(id)}\"")), WireJson.Wire.RoleDefinitionResource);

    private RoleAssignmentRecord Read(RegistryRequest request, Guid id, RoleAssignmentPropertiesRequest wanted)
    {
        var role = Role.Find(wanted.RoleDefinitionId)
            ?? throw new RegistryException(ErrorCode.RequestInvalid, $"there is no role \"{Printable.Of(wanted.RoleDefinitionId)}\"; the roles are {string.Join(", ", Role.All)}");
        if (!Guid.TryParseExact(wanted.PrincipalId, "D", out var principal))
            throw new RegistryException(ErrorCode.RequestInvalid, "principalId is not an id");
        RepositoryName? prefix = null;
        if (wanted.RepositoryPrefix is { } text)
            prefix = RepositoryName.TryParse(text, out var parsed) ? parsed : throw new RegistryException(ErrorCode.NameInvalid, $"\"{Printable.Of(text)}\" is not a repository");
        if (wanted.Condition is not null || prefix is not null)
            DemandLimitable(role);
        if (principal == Guid.Empty && (role.Rights & ~(Rights.ContentRead | Rights.MetadataRead | Rights.CatalogRead)) != Rights.None)
            throw new RegistryException(ErrorCode.RequestInvalid, $"anonymous callers may pull and no more; {role.Name} gives more");
        if (wanted.Condition is { } condition)
            Parse(condition);
        return new RoleAssignmentRecord
        {
            Id = id,
            Registry = request.Registry.Id,
            Principal = principal == Guid.Empty ? null : principal,
            Role = role.Name,
            RepositoryPrefix = prefix,
            Condition = wanted.Condition,
            Created = time.GetUtcNow(),
        };
    }

    private static void DemandLimitable(Role role)
    {
        // Whoever rules the registry lifts any limit of their own.
        if (role.Governs)
            throw new RegistryException(ErrorCode.RequestInvalid, $"{role.Name} rules the whole registry; it cannot be limited to repositories");
        if (role == Role.CatalogLister)
            throw new RegistryException(ErrorCode.RequestInvalid, $"{role.Name} takes no limit: the catalog is the registry's");
    }

    private static void Parse(string condition)
    {
        try
        {
            AccessCondition.Parse(condition);
        }
        catch (FormatException e)
        {
            throw new RegistryException(ErrorCode.RequestInvalid, e.Message);
        }
    }

    private async ValueTask<RoleAssignmentRecord?> FindAsync(RegistryRequest request, Guid id) =>
        (await store.ListAssignmentsAsync(request.Registry.Id, request.Aborted)).FirstOrDefault(assignment => assignment.Id == id);

    private async Task AnswerAsync(RegistryRequest request, int status, RoleAssignmentRecord assignment)
    {
        var kinds = new Dictionary<Guid, PrincipalKind>();
        if (assignment.Principal is { } id && await principals.FindPrincipalAsync(id, request.Aborted) is { } principal)
            kinds[id] = principal.Record.Kind;
        await Answer.JsonAsync(request.Http, status, Describe(request, assignment, kinds), WireJson.Wire.RoleAssignmentResource);
    }

    private static Guid ReadId(string text) => Guid.TryParseExact(text, "D", out var id) ? id : throw new RegistryException(ErrorCode.RequestInvalid, "a role assignment's name is a GUID");

    private static RegistryException Unknown(Guid id) => new(ErrorCode.NotFound, $"there is no role assignment {id}");

    private static RoleAssignmentResource Describe(RegistryRequest request, RoleAssignmentRecord assignment, Dictionary<Guid, PrincipalKind> kinds)
    {
        var prefix = ArmEndpoints.PrefixOf(request);
        return new RoleAssignmentResource
        {
            Id = ArmPaths.RoleAssignment(prefix, assignment.Id),
            Name = assignment.Id.ToString(),
            Properties = new RoleAssignmentProperties
            {
                RoleDefinitionId = ArmPaths.RoleDefinition(prefix, Role.Find(assignment.Role)?.Definition.Id ?? Guid.Empty),
                PrincipalId = (assignment.Principal ?? Guid.Empty).ToString(),
                PrincipalType = assignment.Principal is { } id ? kinds.GetValueOrDefault(id).ToString() : AnonymousType,
                Scope = prefix,
                RepositoryPrefix = assignment.RepositoryPrefix?.ToString(),
                Condition = assignment.Condition,
                ConditionVersion = assignment.Condition is null ? null : ConditionVersion,
                CreatedOn = assignment.Created,
            },
        };
    }

    private static RoleDefinitionResource Describe(RegistryRequest request, Role role) => new()
    {
        Id = ArmPaths.RoleDefinition(ArmEndpoints.PrefixOf(request), role.Definition.Id),
        Name = role.Definition.Id.ToString(),
        Properties = new RoleDefinitionProperties
        {
            RoleName = role.Name,
            Description = role.Definition.Description,
            AssignableScopes = ["/"],
            Permissions = [new RoleActions { Actions = role.Definition.Actions, NotActions = role.Definition.NotActions, DataActions = role.Definition.DataActions }],
        },
    };
}
