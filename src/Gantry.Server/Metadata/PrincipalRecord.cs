namespace Gantry.Server.Metadata;

/// <summary>Whoever rights are assigned to in a registry.</summary>
public sealed record PrincipalRecord
{
    /// <summary>The application id of a service principal, the object id of the others.</summary>
    public required Guid Id { get; init; }

    public required RegistryId Registry { get; init; }

    public PrincipalKind Kind { get; init; }

    /// <summary>Free once in its registry. Of those from outside it is made of <see cref="Issuer"/> and <see cref="Subject"/>.</summary>
    public required string Name { get; init; }

    /// <summary>How people call it; null for its name.</summary>
    public string? Display { get; init; }

    /// <summary>The name of the issuer or directory that knows it; null for one that this registry made.</summary>
    public string? Issuer { get; init; }

    /// <summary>What that issuer calls it, for good.</summary>
    public string? Subject { get; init; }

    /// <summary>Signs nobody in while it is false.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Tokens of an earlier generation are over.</summary>
    public long Generation { get; init; }

    public required DateTimeOffset Created { get; init; }
}
