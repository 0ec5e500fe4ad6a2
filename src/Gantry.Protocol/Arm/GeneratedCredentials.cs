using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Answer of <c>generateCredentials</c>: the one time that passwords are told.</summary>
public sealed record GeneratedCredentials
{
    [JsonPropertyName("username")]
    public required string Username { get; init; }

    /// <summary>All of the token's passwords; those just made have their value.</summary>
    [JsonPropertyName("passwords")]
    public IReadOnlyList<TokenPassword> Passwords { get; init => field = value ?? []; } = [];
}
