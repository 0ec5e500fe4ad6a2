using System.Text.Json.Serialization;

namespace Gantry.Server.Access.Federation;

/// <summary>An OpenID Connect issuer whose tokens the registry takes, and on which terms.</summary>
/// <remarks>Stored as JSON. Whatever of it a token could be mistaken by is compared letter by letter.</remarks>
public sealed record TrustedIssuer
{
    /// <summary>The claim that names a subject; the only one that an issuer may not hand to somebody else later.</summary>
    public const string SubjectClaim = "sub";

    /// <summary>What operators call it.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The issuer's address, exactly as its tokens and its discovery document write it.</summary>
    [JsonPropertyName("issuer")]
    public required string Issuer { get; init; }

    /// <summary>Audiences of which a token must name one.</summary>
    [JsonPropertyName("audiences")]
    public IReadOnlyList<string> Audiences { get; init => field = value ?? []; } = [];

    /// <summary>The client under which people sign in; its ID tokens are addressed to it, so it is an audience too. Null where people do not.</summary>
    [JsonPropertyName("clientId")]
    public string? ClientId { get; init; }

    /// <summary>What a sign-in asks for; <c>openid</c> is always among them.</summary>
    [JsonPropertyName("scopes")]
    public IReadOnlyList<string> Scopes { get; init => field = value ?? []; } = [];

    /// <summary>The claim that people are shown by; null for the usual ones.</summary>
    [JsonPropertyName("nameClaim")]
    public string? NameClaim { get; init; }

    /// <summary>The claim that lists a person's groups, a path with dots where it lies deeper; null where groups do not count.</summary>
    [JsonPropertyName("groupsClaim")]
    public string? GroupsClaim { get; init; }

    /// <summary>Whether its addresses may be private ones. Plain http is then taken too, for loopback alone.</summary>
    [JsonPropertyName("allowPrivateAddresses")]
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>A file of the certificates that vouch for it, instead of the system's; null for the system's.</summary>
    [JsonPropertyName("caFile")]
    public string? CaFile { get; init; }

    /// <summary>Whether whoever it signs in becomes a user here. Without it only federated credentials match.</summary>
    [JsonPropertyName("people")]
    public bool PeopleMaySignIn { get; init; }

    /// <summary>What the token of a person must say besides, each exactly: of whom the issuer knows, who becomes a user here.</summary>
    [JsonPropertyName("peopleClaims")]
    public IReadOnlyList<ClaimRule> PeopleClaims { get; init => field = value ?? []; } = [];

    // Whoever wants one has an account there.
    private static readonly string[] OpenToAll =
    [
        "https://accounts.google.com", "https://appleid.apple.com", "https://gitlab.com", "https://token.actions.githubusercontent.com", "https://login.microsoftonline.com/common/",
        "https://login.microsoftonline.com/consumers/", "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/",
    ];

    /// <summary>Whether an issuer, or a directory, may be called so in a registry.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>What is wrong with it, in a sentence; null where nothing is.</summary>
    public string? Fault()
    {
        if (!IsName(Name))
            return "an issuer's name has 1 to 64 letters, digits, hyphens, underscores and dots";
        if (IssuerAddress.Fault(Issuer, AllowPrivateAddresses) is { } fault)
            return $"the issuer {fault}";
        if (Audiences.Count > 20 || Audiences.Any(audience => !IsWord(audience)))
            return "an issuer has at most 20 audiences, each of 1 to 512 characters";
        if (Audiences.Count == 0 && ClientId is null)
            return "name an audience: a token that was made for somebody else must not count here";
        if (ClientId is not null && !IsWord(ClientId))
            return "a client id has 1 to 512 characters";
        if (PeopleMaySignIn && ClientId is null)
            return "people sign in under a client id: name it";
        if (PeopleClaims.Count > 20 || PeopleClaims.Any(rule => !IsWord(rule.Claim) || !IsWord(rule.Value)))
            return "an issuer has at most 20 claims of people, each of 1 to 512 characters";
        if (PeopleMaySignIn && PeopleClaims.Count == 0 && OpenToAll.Any(open => Issuer.TrimEnd('/').Equals(open.TrimEnd('/'), StringComparison.OrdinalIgnoreCase) || (open[^1] == '/' && Issuer.StartsWith(open, StringComparison.OrdinalIgnoreCase))))
            return "everybody in the world has an account there: say by a claim whose people may sign in (--people-claim hd=example.com)";
        if (Scopes.Count > 20 || Scopes.Any(scope => !IsWord(scope) || scope.Contains(' ', StringComparison.Ordinal)))
            return "an issuer has at most 20 scopes without spaces";
        return new[] { NameClaim, GroupsClaim }.Any(claim => claim is not null && !IsWord(claim)) ? "a claim's name has 1 to 512 characters" : null;
    }

    private static bool IsWord(string text) => text.Length is > 0 and <= 512 && !text.Any(char.IsControl);
}
