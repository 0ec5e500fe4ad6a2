using Gantry.Protocol.Naming;

namespace Gantry.Client.Remote.Credentials;

/// <summary>One credential, for one registry and no other.</summary>
public sealed class StaticCredential(RegistryName owner, Credential credential) : ICredentialSource
{
    public ValueTask<Credential?> FindAsync(RegistryName registry, CancellationToken ct = default) =>
        ValueTask.FromResult(registry == owner ? credential : null);
}
