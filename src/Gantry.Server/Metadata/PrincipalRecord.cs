using Gantry.Protocol.Naming;

namespace Gantry.Server.Metadata;

/// <summary>A service principal of a registry.</summary>
public sealed record PrincipalRecord
{
    /// <summary>The name of <see cref="Access.Role.Owner"/>, which this room does not know.</summary>
    internal const string OwnerRole = "Owner";

    public required Guid AppId { get; init; }

    public required RegistryId Registry { get; init; }

    public required string Name { get; init; }

    /// <summary>The role's name as <see cref="Access.Role"/> writes it.</summary>
    public required string Role { get; init; }

    /// <summary>Limits the role to this repository and those below it; null for all.</summary>
    public RepositoryName? RepositoryPrefix { get; init; }

    /// <summary>Keyed SHA-256 of the secret. The secret itself has 256 random bits, so no slow hash is needed.</summary>
    public required ReadOnlyMemory<byte> SecretHash { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Whether it may make other principals: an owner of the whole registry. One must always stay.</summary>
    public bool IsOwnerOfAll => Role == OwnerRole && RepositoryPrefix is null;
}
