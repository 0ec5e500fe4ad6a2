using Gantry.Protocol.Token;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>A token whose signature is ours, read. Whether it counts here and now is asked at every request.</summary>
public sealed record VerifiedToken
{
    public required TokenKind Kind { get; init; }

    /// <summary>Names this one token.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is; null for a token that nobody signed in for.</summary>
    public required IdentityKey? Identity { get; init; }

    /// <summary>The generation of its identity's tokens when it was signed.</summary>
    public long Generation { get; init; }

    /// <summary>The refresh token that earned it; null where none did.</summary>
    public string? Session { get; init; }

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
