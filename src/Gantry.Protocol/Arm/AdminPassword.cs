using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>One of the two passwords of the admin user.</summary>
public sealed record AdminPassword
{
    /// <summary><c>password</c> or <c>password2</c>.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("value")]
    public required string Value { get; init; }
}
