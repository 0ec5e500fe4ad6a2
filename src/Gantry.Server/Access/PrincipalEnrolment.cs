using Gantry.Protocol.Admin;
using Gantry.Protocol.Naming;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>Makes principals, each registry's first owner among them.</summary>
/// <param name="metadata">Where they are kept.</param>
/// <param name="secrets">Makes their secrets.</param>
/// <param name="tenant">Which server this is; told with every new secret.</param>
/// <param name="time">The clock.</param>
public sealed class PrincipalEnrolment(IMetadataStore metadata, PrincipalSecrets secrets, Guid tenant, TimeProvider time)
{
    /// <summary>The name of the principal that a registry begins with.</summary>
    public const string FirstOwnerName = "owner";

    /// <summary>Adds a principal. Its secret is in the answer and nowhere else; null where the name is taken.</summary>
    public async ValueTask<PrincipalCredentials?> AddAsync(RegistryId registry, string name, Role role, RepositoryName? prefix, CancellationToken ct)
    {
        var (principal, credentials) = Prepare(registry, name, role, prefix);
        return await metadata.AddPrincipalAsync(principal, ct) == CommitOutcome.Done ? credentials : null;
    }

    /// <summary>Replaces a principal's secret; the old one opens nothing from the next request on. Null where the registry has no such principal.</summary>
    public async ValueTask<PrincipalCredentials?> ResetAsync(RegistryId registry, Guid appId, CancellationToken ct)
    {
        var secret = PrincipalSecrets.Generate();
        return await metadata.SetPrincipalSecretAsync(registry, appId, secrets.Hash(secret), ct) == CommitOutcome.Done ? Tell(appId, secret) : null;
    }

    /// <summary>A free name for the owner that a registry is to get: its first one, or a further one. Null where it has one and needs no other.</summary>
    public async ValueTask<string?> NameOwnerAsync(RegistryRecord registry, bool further, CancellationToken ct)
    {
        var known = await metadata.ListPrincipalsAsync(registry.Id, ct);
        if (!further && known.Any(principal => principal.Role == Role.Owner.Name))
            return null;
        var taken = known.Select(principal => principal.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var name = FirstOwnerName;
        for (var number = 2; taken.Contains(name); number++)
            name = $"{FirstOwnerName}-{number}";
        return name;
    }

    /// <summary>Adds an owner.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="name">A free name.</param>
    /// <param name="keep">Brings the credentials to safety before the owner exists: a crash between the two leaves a useless note, never a registry that nobody can open.</param>
    /// <param name="ct">Cancels.</param>
    public async ValueTask<PrincipalCredentials> AddOwnerAsync(RegistryRecord registry, string name, Action<PrincipalCredentials> keep, CancellationToken ct)
    {
        var (principal, credentials) = Prepare(registry.Id, name, Role.Owner, prefix: null);
        keep(credentials);
        return await metadata.AddPrincipalAsync(principal, ct) == CommitOutcome.Done
            ? credentials
            : throw new InvalidOperationException($"registry {registry.Name} got a principal called {name} meanwhile");
    }

    private (PrincipalRecord Principal, PrincipalCredentials Credentials) Prepare(RegistryId registry, string name, Role role, RepositoryName? prefix)
    {
        var appId = Guid.NewGuid();
        var secret = PrincipalSecrets.Generate();
        var principal = new PrincipalRecord
        {
            AppId = appId,
            Registry = registry,
            Name = name,
            Role = role.Name,
            RepositoryPrefix = prefix,
            SecretHash = secrets.Hash(secret),
            Created = time.GetUtcNow(),
        };
        return (principal, Tell(appId, secret));
    }

    private PrincipalCredentials Tell(Guid appId, string secret) => new() { AppId = appId.ToString(), Password = secret, Tenant = tenant.ToString() };
}
