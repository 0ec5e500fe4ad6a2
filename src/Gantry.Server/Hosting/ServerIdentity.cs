using System.Security.Cryptography;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Gantry.Server.Runs;

namespace Gantry.Server.Hosting;

/// <summary>What every node of a server agrees on: its tenant id, the key of its secrets, the key of its links. Drawn at the first start.</summary>
internal sealed record ServerIdentity(Guid Tenant, PrincipalSecrets Secrets, ReadOnlyMemory<byte> LinkKey)
{
    private const string TenantName = "tenant";

    public static async ValueTask<ServerIdentity> EnsureAsync(IRegistryStore store, CancellationToken ct)
    {
        var tenant = await store.EnsureSecretAsync(TenantName, Guid.NewGuid().ToByteArray(), ct);
        var key = await store.EnsureSecretAsync(PrincipalSecrets.KeyName, RandomNumberGenerator.GetBytes(PrincipalSecrets.KeyBytes), ct);
        var links = await store.EnsureSecretAsync(RunLinks.KeyName, RandomNumberGenerator.GetBytes(RunLinks.KeyBytes), ct);
        return new ServerIdentity(new Guid(tenant.Span), new PrincipalSecrets(key), links);
    }
}
