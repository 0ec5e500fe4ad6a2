namespace Gantry.Server.Metadata;

/// <summary>What somebody else may vouch for in place of a service principal's secret.</summary>
public sealed record FederatedCredentialRecord
{
    public required RegistryId Registry { get; init; }

    public required Guid Principal { get; init; }

    /// <summary>Unique for its principal.</summary>
    public required string Name { get; init; }

    /// <summary>What the tokens name in <c>iss</c>, or what names an authority of client certificates.</summary>
    public required string Issuer { get; init; }

    /// <summary>Subject, audience and claims, as JSON that <see cref="Access"/> reads.</summary>
    public required string Document { get; init; }

    public required DateTimeOffset Created { get; init; }
}
