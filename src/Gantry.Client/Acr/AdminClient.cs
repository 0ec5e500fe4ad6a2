using Gantry.Client.Remote;
using Gantry.Protocol.Admin;

namespace Gantry.Client.Acr;

/// <summary>Gantry's own management API <c>/gantry/v1</c>.</summary>
public sealed class AdminClient(RegistryClient client)
{
    public RegistryClient Client { get; } = client;

    public ValueTask<PrincipalCredentials> CreatePrincipalAsync(PrincipalRequest request, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<IReadOnlyList<PrincipalDescription>> ListPrincipalsAsync(CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask DeletePrincipalAsync(Guid appId, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>The registries of the server, for resolving bare names.</summary>
    public ValueTask<IReadOnlyList<RegistryDescription>> ListRegistriesAsync(CancellationToken ct = default) => throw new NotImplementedException();
}
