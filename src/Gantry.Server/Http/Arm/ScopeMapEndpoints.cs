using Gantry.Protocol;
using Gantry.Protocol.Arm;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
using Gantry.Server.Http.Admin;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Arm;

/// <summary>Scope maps: those of the system, and a registry's own.</summary>
public sealed class ScopeMapEndpoints(IScopedTokenStore store, TimeProvider time, int maxBytes)
{
    public IEnumerable<ManagedRoute> Routes =>
    [
        new("GET", "scopeMaps", Rights.RegistryRead, (request, _) => ListAsync(request)),
        new("GET", "scopeMaps/{name}", Rights.RegistryRead, (request, values) => ShowAsync(request, values[0])),
        new("PUT", "scopeMaps/{name}", Rights.RegistryWrite, (request, values) => PutAsync(request, values[0], needsOne: false)),
        new("PATCH", "scopeMaps/{name}", Rights.RegistryWrite, (request, values) => PutAsync(request, values[0], needsOne: true)),
        new("DELETE", "scopeMaps/{name}", Rights.RegistryWrite, (request, values) => DeleteAsync(request, values[0])),
    ];

    private async Task ListAsync(RegistryRequest request)
    {
        IReadOnlyList<ScopeMapRecord> maps = [.. SystemScopeMaps.Of(request.Registry), .. await store.ListScopeMapsAsync(request.Registry.Id, request.Aborted)];
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, new ScopeMapList { Value = [.. maps.Select(map => Describe(request, map))] }, WireJson.Wire.ScopeMapList);
    }

    private async Task ShowAsync(RegistryRequest request, string name)
    {
        var map = SystemScopeMaps.Find(request.Registry, name) ?? await store.FindScopeMapAsync(request.Registry.Id, name, request.Aborted)
            ?? throw new RegistryException(ErrorCode.NotFound, $"there is no scope map \"{Printable.Of(name)}\"");
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, Describe(request, map), WireJson.Wire.ScopeMapResource);
    }

    private async Task PutAsync(RegistryRequest request, string name, bool needsOne)
    {
        var wanted = (await JsonBody.ReadAsync(request.Http, WireJson.Wire.ScopeMapRequest, maxBytes)).Properties;
        if (SystemScopeMaps.Find(request.Registry, name) is not null)
            throw new RegistryException(ErrorCode.Conflict, $"the scope map \"{name}\" belongs to the system and cannot be changed");
        if (ScopedTokens.ExplainMap(name) is { } problem)
            throw new RegistryException(ErrorCode.RequestInvalid, problem);
        var actions = wanted.Actions is { } named ? Read(named).Actions : null;
        if (actions is null && !needsOne && await store.FindScopeMapAsync(request.Registry.Id, name, request.Aborted) is null)
            throw new RegistryException(ErrorCode.RequestInvalid, "a new scope map needs actions");
        var now = time.GetUtcNow();
        ScopeMapRecord? known = null, made = null;
        // Within one transaction, as a token's change.
        var outcome = await store.ChangeScopeMapAsync(request.Registry.Id, name, Change, ScopedTokens.Most, request.Aborted);
        if (outcome == CommitOutcome.InUse)
            throw new RegistryException(ErrorCode.Conflict, $"a registry has at most {ScopedTokens.Most} scope maps");
        if (outcome != CommitOutcome.Done || made is null)
            throw new RegistryException(ErrorCode.NotFound, $"there is no scope map \"{Printable.Of(name)}\"");
        await Answer.JsonAsync(request.Http, known is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, Describe(request, made), WireJson.Wire.ScopeMapResource);

        ScopeMapRecord? Change(ScopeMapRecord? before)
        {
            known = before;
            made = before is not null ? before with { Description = wanted.Description ?? before.Description, Actions = actions ?? before.Actions }
                : needsOne || actions is null ? null
                : new ScopeMapRecord { Registry = request.Registry.Id, Name = name, Description = wanted.Description ?? "", Actions = actions, Created = now };
            return made;
        }
    }

    private async Task DeleteAsync(RegistryRequest request, string name)
    {
        if (SystemScopeMaps.Find(request.Registry, name) is not null)
            throw new RegistryException(ErrorCode.Conflict, $"the scope map \"{name}\" belongs to the system and cannot be deleted");
        request.Http.Response.StatusCode = await store.DeleteScopeMapAsync(request.Registry.Id, name, request.Aborted) switch
        {
            CommitOutcome.Done => StatusCodes.Status200OK,
            CommitOutcome.InUse => throw new RegistryException(ErrorCode.Conflict, $"a token has the scope map \"{name}\"; give it another one first"),
            _ => StatusCodes.Status204NoContent,
        };
    }

    private static ScopeMapActions Read(IReadOnlyList<string> actions)
    {
        try
        {
            return ScopeMapActions.Parse(actions);
        }
        catch (FormatException e)
        {
            throw new RegistryException(ErrorCode.RequestInvalid, e.Message);
        }
    }

    private static ScopeMapResource Describe(RegistryRequest request, ScopeMapRecord map) => new()
    {
        Id = ArmPaths.ScopeMap(ArmEndpoints.PrefixOf(request), map.Name),
        Name = map.Name,
        Properties = new ScopeMapProperties
        {
            Description = map.Description,
            Type = map.Name[0] == SystemScopeMaps.Prefix ? ScopeMapTypes.System : ScopeMapTypes.User,
            CreationDate = map.Created,
            Actions = map.Actions,
        },
    };
}
