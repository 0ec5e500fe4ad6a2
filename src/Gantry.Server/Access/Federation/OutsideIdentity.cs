using System.Text.Json;

namespace Gantry.Server.Access.Federation;

/// <summary>Whom an issuer vouches for. Everything in it stood under the issuer's signature.</summary>
public sealed record OutsideIdentity
{
    public required string Issuer { get; init; }

    /// <summary>Who it is at that issuer, for good.</summary>
    public required string Subject { get; init; }

    /// <summary>What people call them. Decides nothing.</summary>
    public required string DisplayName { get; init; }

    public required IReadOnlyList<string> Audiences { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>All that the token claims; an empty object where no token was shown.</summary>
    public JsonElement Claims { get; init; }

    /// <summary>When the issuer said so; null where it did not say, or was asked just now.</summary>
    public DateTimeOffset? Issued { get; init; }
}
