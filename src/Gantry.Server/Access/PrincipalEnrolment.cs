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

    /// <summary>Gives a registry without an owner its first one; null where it has one.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="keep">Brings the credentials to safety before the owner exists: a crash between the two leaves a useless note, never a registry that nobody can open.</param>
    /// <param name="ct">Cancels.</param>
    public async ValueTask<PrincipalCredentials?> EnsureOwnerAsync(
        RegistryRecord registry, Action<PrincipalCredentials> keep, CancellationToken ct)
    {
        var known = await metadata.ListPrincipalsAsync(registry.Id, ct);
        if (known.Any(principal => principal.Role == Role.Owner.Name))
            return null;
        var (principal, credentials) = Prepare(registry.Id, FirstOwnerName, Role.Owner, prefix: null);
        keep(credentials);
        return await metadata.AddPrincipalAsync(principal, ct) == CommitOutcome.Done
            ? credentials
            : throw new InvalidOperationException($"registry {registry.Name} has no owner, yet a principal is called {FirstOwnerName}");
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
        return (principal, new PrincipalCredentials { AppId = appId.ToString(), Password = secret, Tenant = tenant.ToString() });
    }
}
