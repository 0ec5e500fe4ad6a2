using Gantry.Protocol;
using Gantry.Protocol.Arm;

namespace Gantry.Client.Acr;

/// <summary>The scope maps of a registry.</summary>
public sealed class ScopeMapClient
{
    private readonly ManagementConnection _connection;
    private readonly string _registryId;

    internal ScopeMapClient(ManagementConnection connection, string registryId)
    {
        _connection = connection;
        _registryId = registryId;
    }

    /// <summary>The path by which tokens name the map.</summary>
    public string IdOf(string name) => ArmPaths.ScopeMap(_registryId, name);

    public ValueTask<ScopeMapResource> GetAsync(string name, CancellationToken ct = default) =>
        _connection.GetAsync(IdOf(name), WireJson.Wire.ScopeMapResource, ct);

    /// <returns>Null where there is no such map.</returns>
    public ValueTask<ScopeMapResource?> FindAsync(string name, CancellationToken ct = default) =>
        _connection.FindAsync(IdOf(name), WireJson.Wire.ScopeMapResource, ct);

    public ValueTask<ScopeMapResource> CreateAsync(string name, IReadOnlyList<string> actions, string? description = null, CancellationToken ct = default) =>
        SendAsync(HttpMethod.Put, name, actions, description, ct);

    /// <summary>Changes actions, description or both; null leaves them as they are. Tokens of the map have the new actions at their next request.</summary>
    public ValueTask<ScopeMapResource> UpdateAsync(string name, IReadOnlyList<string>? actions, string? description = null, CancellationToken ct = default) =>
        SendAsync(HttpMethod.Patch, name, actions, description, ct);

    public ValueTask DeleteAsync(string name, CancellationToken ct = default) => _connection.DeleteAsync(IdOf(name), ct);

    public IAsyncEnumerable<ScopeMapResource> ListAsync(CancellationToken ct = default) =>
        _connection.ListAsync(ArmPaths.ScopeMaps(_registryId), WireJson.Wire.ScopeMapList, page => (page.Value, page.NextLink), ct);

    private ValueTask<ScopeMapResource> SendAsync(HttpMethod method, string name, IReadOnlyList<string>? actions, string? description, CancellationToken ct)
    {
        var body = new ScopeMapRequest { Properties = new ScopeMapPropertiesRequest { Actions = actions, Description = description } };
        return _connection.SendAsync(method, IdOf(name), body, WireJson.Wire.ScopeMapRequest, WireJson.Wire.ScopeMapResource, ct);
    }
}
