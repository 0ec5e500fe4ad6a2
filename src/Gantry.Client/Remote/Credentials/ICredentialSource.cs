using Gantry.Protocol.Naming;

namespace Gantry.Client.Remote.Credentials;

/// <summary>Knows credentials by registry.</summary>
public interface ICredentialSource
{
    /// <summary>The credential for a registry; null where none is known.</summary>
    ValueTask<Credential?> FindAsync(RegistryName registry, CancellationToken ct = default);
}
