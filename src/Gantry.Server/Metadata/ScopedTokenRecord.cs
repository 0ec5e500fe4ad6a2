namespace Gantry.Server.Metadata;

/// <summary>A repository-scoped token: a name with up to two passwords, whose scope map says what it may do.</summary>
public sealed record ScopedTokenRecord
{
    public required RegistryId Registry { get; init; }

    /// <summary>Unique in its registry in any case. The user name of whoever signs in with it.</summary>
    public required string Name { get; init; }

    /// <summary>The name of its scope map.</summary>
    public required string ScopeMap { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>Tokens of an earlier generation are over.</summary>
    public long Generation { get; init; }

    public required DateTimeOffset Created { get; init; }

    public IReadOnlyList<TokenPasswordRecord> Passwords { get; init; } = [];
}
