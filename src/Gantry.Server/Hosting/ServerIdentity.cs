using System.Security.Cryptography;
using Gantry.Server.Access;
using Gantry.Server.Metadata;

namespace Gantry.Server.Hosting;

/// <summary>What every node of a server agrees on: its tenant id and the key of its secrets. Drawn at the first start.</summary>
internal sealed record ServerIdentity(Guid Tenant, PrincipalSecrets Secrets)
{
    private const string TenantName = "tenant";

    public static async ValueTask<ServerIdentity> EnsureAsync(IRegistryStore store, CancellationToken ct)
    {
        var tenant = await store.EnsureSecretAsync(TenantName, Guid.NewGuid().ToByteArray(), ct);
        var key = await store.EnsureSecretAsync(PrincipalSecrets.KeyName, RandomNumberGenerator.GetBytes(PrincipalSecrets.KeyBytes), ct);
        return new ServerIdentity(new Guid(tenant.Span), new PrincipalSecrets(key));
    }
}
