using System.Text.Json;

namespace Gantry.Server.Access.Federation;

/// <summary>The keys that an issuer publishes (RFC 7517, 5).</summary>
public sealed record IssuerKeySet(IReadOnlyList<IssuerKey> Keys)
{
    /// <summary>Keys beyond this many are passed over.</summary>
    public const int MaxKeys = 100;

    /// <summary>Reads a key set; null where it is none or holds no key that could sign. Keys of types that are unknown here are passed over.</summary>
    public static IssuerKeySet? TryParse(ReadOnlyMemory<byte> json)
    {
        using var document = OutsideJson.TryParse(json);
        if (document is null || !document.RootElement.TryGetProperty("keys", out var members) || members.ValueKind != JsonValueKind.Array)
            return null;
        IReadOnlyList<IssuerKey> keys = [.. members.EnumerateArray().Take(MaxKeys).Select(IssuerKey.TryRead).OfType<IssuerKey>()];
        return keys.Count > 0 ? new IssuerKeySet(keys) : null;
    }

    /// <summary>Whether a key goes by that id.</summary>
    public bool Names(string? id) => id is null || Keys.Any(key => string.Equals(key.Id, id, StringComparison.Ordinal));

    /// <summary>The keys that a token's header may mean: those of its id; without an id the only one that fits, because guessing is no proof.</summary>
    public IReadOnlyList<IssuerKey> Find(string? id, OutsideAlgorithm algorithm)
    {
        IReadOnlyList<IssuerKey> fitting = [.. Keys.Where(key => key.Fits(algorithm) && (id is null || string.Equals(key.Id, id, StringComparison.Ordinal)))];
        return id is null && fitting.Count > 1 ? [] : fitting;
    }
}
