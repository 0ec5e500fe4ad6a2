using Gantry.Protocol;
using Gantry.Protocol.Arm;

namespace Gantry.Client.Acr;

/// <summary>The roles of a registry, and who has them.</summary>
public sealed class RoleClient
{
    private readonly ManagementConnection _connection;
    private readonly string _registryId;

    internal RoleClient(ManagementConnection connection, string registryId)
    {
        _connection = connection;
        _registryId = registryId;
    }

    /// <summary>The path by which assignments name a role.</summary>
    public string IdOf(BuiltInRole role) => ArmPaths.RoleDefinition(_registryId, role.Id);

    /// <param name="name">The assignment's name, chosen by the caller: asking again with it makes no second one.</param>
    /// <param name="properties">Who gets which role, and when it counts.</param>
    /// <param name="ct">Cancels.</param>
    public ValueTask<RoleAssignmentResource> AssignAsync(Guid name, RoleAssignmentPropertiesRequest properties, CancellationToken ct = default) =>
        _connection.SendAsync(
            HttpMethod.Put, ArmPaths.RoleAssignment(_registryId, name), new RoleAssignmentRequest { Properties = properties },
            WireJson.Wire.RoleAssignmentRequest, WireJson.Wire.RoleAssignmentResource, ct);

    public IAsyncEnumerable<RoleAssignmentResource> ListAssignmentsAsync(CancellationToken ct = default) =>
        _connection.ListAsync(ArmPaths.RoleAssignments(_registryId), WireJson.Wire.RoleAssignmentList, page => (page.Value, page.NextLink), ct);

    public ValueTask DeleteAssignmentAsync(Guid name, CancellationToken ct = default) =>
        _connection.DeleteAsync(ArmPaths.RoleAssignment(_registryId, name), ct);

    public IAsyncEnumerable<RoleDefinitionResource> ListDefinitionsAsync(CancellationToken ct = default) =>
        _connection.ListAsync(ArmPaths.RoleDefinitions(_registryId), WireJson.Wire.RoleDefinitionList, page => (page.Value, page.NextLink), ct);
}
