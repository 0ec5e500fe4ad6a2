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
    /// <summary>Secrets that a principal has at most.</summary>
    public const int MaxSecrets = 20;

    /// <summary>The name of the principal that a registry begins with.</summary>
    public const string FirstOwnerName = "owner";

    /// <summary>Adds a service principal, with a role or with none. Its secret is in the answer and nowhere else; null where the name is taken.</summary>
    public async ValueTask<PrincipalCredentials?> AddAsync(RegistryId registry, string name, Role? role, RepositoryName? prefix, CancellationToken ct)
    {
        var (principal, secret, assignment, credentials) = Prepare(registry, name, role, prefix);
        return await metadata.AddPrincipalAsync(principal, secret, assignment, ct) == CommitOutcome.Done ? credentials : null;
    }

    /// <summary>Replaces a principal's secrets; the old ones and what they earned open nothing from the next request on. Null where the registry has no such principal.</summary>
    public async ValueTask<PrincipalCredentials?> ResetAsync(RegistryId registry, Guid appId, CancellationToken ct)
    {
        if (await metadata.FindPrincipalAsync(appId, ct) is not { Record.Kind: PrincipalKind.ServicePrincipal })
            return null;
        var secret = PrincipalSecrets.Generate();
        return await metadata.ReplaceSecretsAsync(registry, appId, Record(Guid.NewGuid(), "reset", secret, ends: null), ct) == CommitOutcome.Done ? Tell(appId, secret) : null;
    }

    /// <summary>Adds a secret to a service principal. The credentials are null where that was refused.</summary>
    public async ValueTask<(CommitOutcome Outcome, PrincipalCredentials? Credentials)> AddSecretAsync(
        RegistryId registry, Guid appId, string label, DateTimeOffset? ends, CancellationToken ct)
    {
        // A user or a group signs in elsewhere, or not at all.
        if (await metadata.FindPrincipalAsync(appId, ct) is not { Record.Kind: PrincipalKind.ServicePrincipal })
            return (CommitOutcome.Missing, null);
        var (id, secret) = (Guid.NewGuid(), PrincipalSecrets.Generate());
        var outcome = await metadata.AddSecretAsync(registry, appId, Record(id, label, secret, ends), MaxSecrets, ct);
        return (outcome, outcome == CommitOutcome.Done ? Tell(appId, secret) with { KeyId = id.ToString(), EndTime = ends } : null);
    }

    /// <summary>A free name for the owner that a registry is to get: its first one, or a further one. Null where it has one and needs no other.</summary>
    public async ValueTask<string?> NameOwnerAsync(RegistryRecord registry, bool further, CancellationToken ct)
    {
        var known = await metadata.ListPrincipalsAsync(registry.Id, ct);
        if (!further && (await metadata.ListAssignmentsAsync(registry.Id, ct)).Any(assignment => assignment.Role == Role.Owner.Name && assignment.Principal is not null))
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
        var (principal, secret, assignment, credentials) = Prepare(registry.Id, name, Role.Owner, prefix: null);
        keep(credentials);
        return await metadata.AddPrincipalAsync(principal, secret, assignment, ct) == CommitOutcome.Done
            ? credentials
            : throw new InvalidOperationException($"registry {registry.Name} got a principal called {name} meanwhile");
    }

    private (PrincipalRecord Principal, SecretRecord Secret, RoleAssignmentRecord? Assignment, PrincipalCredentials Credentials) Prepare(
        RegistryId registry, string name, Role? role, RepositoryName? prefix)
    {
        var (id, secret, now) = (Guid.NewGuid(), PrincipalSecrets.Generate(), time.GetUtcNow());
        var principal = new PrincipalRecord { Id = id, Registry = registry, Name = name, Created = now };
        var assignment = role is null ? null : new RoleAssignmentRecord
        {
            Id = Guid.NewGuid(), Registry = registry, Principal = id, Role = role.Name, RepositoryPrefix = prefix, Created = now,
        };
        return (principal, Record(Guid.NewGuid(), "first", secret, ends: null), assignment, Tell(id, secret));
    }

    private SecretRecord Record(Guid id, string label, string secret, DateTimeOffset? ends) => new()
    {
        Id = id, Label = label, Hash = secrets.Hash(secret), Created = time.GetUtcNow(), Ends = ends,
    };

    private PrincipalCredentials Tell(Guid appId, string secret) => new() { AppId = appId.ToString(), Password = secret, Tenant = tenant.ToString() };
}
