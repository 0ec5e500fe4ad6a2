using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>Groups of principals. They are deleted and shown as principals are.</summary>
public sealed class GroupEndpoints(IPrincipalStore store, TimeProvider time, int maxBytes)
{
    private const string Unknown = "there is no group of that id";

    public IEnumerable<ManagedRoute> Routes =>
    [
        new("POST", "groups", Rights.AccessWrite, (request, _) => CreateAsync(request)),
        new("GET", "groups/{id}/members", Rights.AccessRead, (request, values) => ListAsync(request, ReadId(values[0]))),
        new("POST", "groups/{id}/members", Rights.AccessWrite, (request, values) => AddAsync(request, ReadId(values[0]))),
        new("DELETE", "groups/{id}/members/{principal}", Rights.AccessWrite, (request, values) => RemoveAsync(request, ReadId(values[0]), values[1])),
    ];

    private async Task CreateAsync(RegistryRequest request)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.GroupRequest, maxBytes);
        PrincipalEndpoints.DemandName(wanted.Name);
        var group = new PrincipalRecord { Id = Guid.NewGuid(), Registry = request.Registry.Id, Kind = PrincipalKind.Group, Name = wanted.Name, Created = time.GetUtcNow() };
        if (await store.AddPrincipalAsync(group, secret: null, assignment: null, request.Aborted) != CommitOutcome.Done)
            throw new RegistryException(ErrorCode.Conflict, $"a principal called \"{wanted.Name}\" already exists");
        await Answer.JsonAsync(request.Http, StatusCodes.Status201Created, PrincipalEndpoints.Describe(group, []), WireJson.Wire.PrincipalDescription);
    }

    private async Task ListAsync(RegistryRequest request, Guid group)
    {
        var found = await store.FindPrincipalAsync(group, request.Aborted);
        if (found is not { Record.Kind: PrincipalKind.Group } || found.Record.Registry != request.Registry.Id)
            throw new RegistryException(ErrorCode.NotFound, Unknown);
        var members = await store.ListMembersAsync(request.Registry.Id, group, request.Aborted);
        await Answer.JsonAsync(
            request.Http, StatusCodes.Status200OK, new PrincipalList([.. members.Select(member => PrincipalEndpoints.Describe(member, []))]), WireJson.Wire.PrincipalList);
    }

    private async Task AddAsync(RegistryRequest request, Guid group)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.MemberRequest, maxBytes);
        if (!Guid.TryParseExact(wanted.Principal, "D", out var member)
            || await store.AddMemberAsync(request.Registry.Id, group, member, request.Aborted) != CommitOutcome.Done)
            throw new RegistryException(ErrorCode.NotFound, "there is no such group, or no such principal to be in it; a group is in no other group");
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task RemoveAsync(RegistryRequest request, Guid group, string principal)
    {
        if (!Guid.TryParseExact(principal, "D", out var member)
            || await store.RemoveMemberAsync(request.Registry.Id, group, member, request.Aborted) != CommitOutcome.Done)
            throw new RegistryException(ErrorCode.NotFound, "that principal is not in that group");
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Guid ReadId(string text) => Guid.TryParseExact(text, "D", out var id) ? id : throw new RegistryException(ErrorCode.NotFound, Unknown);
}
