using System.Text.Json;
using Gantry.Protocol;

namespace Gantry.Server.Access.Federation;

/// <summary>Reads the claims of a token, registered ones and others.</summary>
public static class OutsideClaims
{
    /// <summary>Groups beyond this many do not count.</summary>
    public const int MaxGroups = 1_000;

    private const int MaxText = 512;
    private const int MaxAudiences = 100;

    private static readonly string[] UsualNames = ["preferred_username", "upn", "email", "name"];

    /// <summary>Finds a claim: by its whole name, else by a path with dots into what claims hold (Keycloak's <c>realm_access.roles</c>).</summary>
    public static JsonElement? Find(JsonElement claims, string name)
    {
        if (claims.ValueKind != JsonValueKind.Object)
            return null;
        if (claims.TryGetProperty(name, out var whole))
            return whole;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && claims.TryGetProperty(name.AsSpan(0, dot), out var part) ? Find(part, name[(dot + 1)..]) : null;
    }

    /// <summary>What a claim says, as texts: one for a text, a number or a truth value, several for a list of them, none for all else.</summary>
    public static IReadOnlyList<string> Texts(JsonElement? claim, int most)
    {
        if (claim is not { } found)
            return [];
        if (found.ValueKind == JsonValueKind.Array)
            return [.. found.EnumerateArray().Take(most).Select(Scalar).OfType<string>()];
        return Scalar(found) is { } text ? [text] : [];
    }

    /// <summary>The token's audiences; null where they are not a text or a list of texts.</summary>
    public static IReadOnlyList<string>? Audiences(JsonElement claims)
    {
        if (!claims.TryGetProperty("aud", out var found))
            return null;
        if (found.ValueKind == JsonValueKind.String)
            return Scalar(found) is { } one ? [one] : null;
        if (found.ValueKind != JsonValueKind.Array || found.GetArrayLength() is 0 or > MaxAudiences)
            return null;
        var texts = found.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? Scalar(item) : null).ToList();
        return texts.TrueForAll(text => text is not null) ? [.. texts.OfType<string>()] : null;
    }

    /// <summary>A time in seconds since 1970 (RFC 7519, 2). False where the claim is there and is none; null where it is not there.</summary>
    public static bool TryReadTime(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var found))
            return true;
        // Fractions are allowed; what lies beyond the calendar is none.
        if (found.ValueKind != JsonValueKind.Number || !found.TryGetDouble(out var seconds) || seconds is not (>= 0 and <= 253_402_300_799))
            return false;
        time = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }

    /// <summary>The subject; null where there is none that could be kept (OpenID Connect Core 1.0, 2: at most 255 characters).</summary>
    public static string? Subject(JsonElement claims) =>
        OutsideJson.Text(claims, TrustedIssuer.SubjectClaim) is { Length: > 0 and <= MaxText } subject && !subject.Any(char.IsControl) ? subject : null;

    public static string DisplayName(JsonElement claims, TrustedIssuer issuer, string subject)
    {
        IEnumerable<string> names = issuer.NameClaim is { } chosen ? [chosen] : UsualNames;
        var name = names.SelectMany(claim => Texts(Find(claims, claim), 1)).FirstOrDefault(text => text.Length > 0);
        return Printable.Of(name ?? subject);
    }

    public static IReadOnlyList<string> Groups(JsonElement claims, TrustedIssuer issuer) => issuer.GroupsClaim is null
        ? []
        : [.. Texts(Find(claims, issuer.GroupsClaim), MaxGroups).Where(group => group.Length > 0 && !group.Any(char.IsControl)).Distinct(StringComparer.Ordinal)];

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => OutsideJson.Text(value) is { Length: <= MaxText } text ? text : null,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText() is { Length: <= 32 } number ? number : null,
        _ => null,
    };
}
