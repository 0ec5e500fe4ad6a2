using Gantry.Client.Remote;
using Gantry.Protocol;
using Gantry.Protocol.Arm;

namespace Gantry.Client.Acr;

/// <summary>A registry as a resource of the management API: its settings, its admin user, and what lies below it. Every refusal is a <see cref="Protocol.Distribution.RegistryException"/>.</summary>
/// <param name="client">Reaches the server.</param>
/// <param name="registry">The registry's name, which is not its host.</param>
public sealed class RegistryManagement(RegistryClient client, string registry)
{
    private readonly ManagementConnection _connection = new(client);

    public RegistryClient Client { get; } = client;

    /// <summary>The registry's resource path. Subscription and group are placeholders, which a server of ours takes as any others.</summary>
    public string Id { get; } = ArmPaths.Registry(registry);

    public ScopeMapClient ScopeMaps => new(_connection, Id);

    public TokenClient Tokens => new(_connection, Id);

    public RoleClient Roles => new(_connection, Id);

    public ValueTask<RegistryResource> GetAsync(CancellationToken ct = default) => _connection.GetAsync(Id, WireJson.Wire.RegistryResource, ct);

    /// <summary>Changes what the request says, and nothing else.</summary>
    public ValueTask<RegistryResource> UpdateAsync(RegistryRequest change, CancellationToken ct = default) =>
        _connection.SendAsync(HttpMethod.Patch, Id, change, WireJson.Wire.RegistryRequest, WireJson.Wire.RegistryResource, ct);

    /// <summary>The registries of the server that the caller may see.</summary>
    public IAsyncEnumerable<RegistryResource> ListRegistriesAsync(CancellationToken ct = default) =>
        _connection.ListAsync(ArmPaths.Registries(), WireJson.Wire.RegistryResourceList, page => (page.Value, page.NextLink), ct);

    /// <summary>Whether a registry could have this name.</summary>
    public ValueTask<NameAvailability> CheckNameAsync(CancellationToken ct = default) =>
        _connection.SendAsync(HttpMethod.Post, ArmPaths.CheckName(), new NameRequest { Name = registry }, WireJson.Wire.NameRequest, WireJson.Wire.NameAvailability, ct);

    /// <summary>The admin user's passwords. Refused while there is no such user.</summary>
    public ValueTask<AdminCredentials> ListCredentialsAsync(CancellationToken ct = default) =>
        _connection.PostAsync(ArmPaths.ListCredentials(Id), WireJson.Wire.AdminCredentials, ct);

    /// <summary>Makes one of the admin user's passwords anew; the old one ends at once. Sent once: an answer that is lost may have made one.</summary>
    /// <param name="name"><c>password</c> or <c>password2</c>.</param>
    /// <param name="ct">Cancels.</param>
    public ValueTask<AdminCredentials> RegenerateCredentialAsync(string name, CancellationToken ct = default) =>
        _connection.SendAsync(
            HttpMethod.Post, ArmPaths.RegenerateCredential(Id), new RegenerateCredentialRequest { Name = name }, WireJson.Wire.RegenerateCredentialRequest, WireJson.Wire.AdminCredentials, ct);
}
