using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>What a token signs in with.</summary>
public sealed record TokenCredentials
{
    [JsonPropertyName("certificates")]
    public IReadOnlyList<TokenCertificate> Certificates { get; init => field = value ?? []; } = [];

    /// <summary>In a PATCH, the names of those that stay; the others end.</summary>
    [JsonPropertyName("passwords")]
    public IReadOnlyList<TokenPassword> Passwords { get; init => field = value ?? []; } = [];
}
