using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>The admin user of a registry, in the answers of <c>listCredentials</c> and <c>regenerateCredential</c>.</summary>
public sealed record AdminCredentials
{
    [JsonPropertyName("username")]
    public required string Username { get; init; }

    [JsonPropertyName("passwords")]
    public IReadOnlyList<AdminPassword> Passwords { get; init => field = value ?? []; } = [];
}
