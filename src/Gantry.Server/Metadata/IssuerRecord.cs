namespace Gantry.Server.Metadata;

/// <summary>An issuer of tokens that a registry trusts.</summary>
public sealed record IssuerRecord
{
    public required RegistryId Registry { get; init; }

    /// <summary>Unique in its registry.</summary>
    public required string Name { get; init; }

    /// <summary>What its tokens name in <c>iss</c>, letter by letter.</summary>
    public required string Url { get; init; }

    /// <summary>The rest, as JSON that <see cref="Access"/> reads.</summary>
    public required string Document { get; init; }

    public required DateTimeOffset Created { get; init; }
}
