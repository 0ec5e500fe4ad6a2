using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Body of <c>regenerateCredential</c>.</summary>
public sealed record RegenerateCredentialRequest
{
    /// <summary><c>password</c> or <c>password2</c>.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }
}
