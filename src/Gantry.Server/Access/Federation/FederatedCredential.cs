using System.Text.Json.Serialization;

namespace Gantry.Server.Access.Federation;

/// <summary>Which outside tokens stand for a principal.</summary>
/// <remarks>
/// Everything named must hold. In a flexible credential <c>*</c> stands for any run of characters, the empty one and <c>/</c> and <c>:</c> included,
/// so <c>repo:org*</c> also means <c>repo:org-of-somebody-else/x:…</c>. Exact values are the ones to prefer; where a pattern is needed,
/// let it end in a separator and tie the rest down by claims: subject <c>repo:org/*</c>, <c>repository</c> = <c>org/app</c>, <c>ref</c> = <c>refs/heads/main</c>.
/// </remarks>
public sealed record FederatedCredential
{
    [JsonPropertyName("issuer")]
    public required string Issuer { get; init; }

    /// <summary>The token's <c>sub</c>; a pattern where the credential is flexible.</summary>
    [JsonPropertyName("subject")]
    public required string Subject { get; init; }

    /// <summary>The audience that the token must name, among others or alone.</summary>
    [JsonPropertyName("audience")]
    public required string Audience { get; init; }

    /// <summary>Whether <c>*</c> in subject and claims stands for any run of characters; in an exact credential it stands for itself.</summary>
    [JsonPropertyName("flexible")]
    public bool IsFlexible { get; init; }

    /// <summary>What else the token must say; of a claim that is a list, one member must.</summary>
    [JsonPropertyName("claims")]
    public IReadOnlyList<ClaimRule> Claims { get; init => field = value ?? []; } = [];
}
