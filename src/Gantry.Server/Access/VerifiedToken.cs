using Gantry.Protocol.Token;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>A token whose signature is ours, read. Whether it counts here and now is asked at every request.</summary>
public sealed record VerifiedToken
{
    public required TokenKind Kind { get; init; }

    /// <summary>The principal; null for a token that nobody signed in for.</summary>
    public required Guid? AppId { get; init; }

    public required RegistryId Registry { get; init; }

    public required string Audience { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset Expires { get; init; }

    public required IReadOnlyList<Scope> Scopes { get; init; }

    /// <summary>The lease that it lives and dies with; null for a token of no run.</summary>
    public Guid? Lease { get; init; }

    public bool CountsAt(RegistryRecord registry, DateTimeOffset now) =>
        Registry == registry.Id && Audience == registry.Name && NotBefore <= now && now < Expires;
}
