using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Body of <c>PATCH /gantry/v1/principals/ID</c>.</summary>
public sealed record PrincipalUpdate
{
    /// <summary>Whether it may sign in.</summary>
    [JsonPropertyName("enabled")]
    public required bool Enabled { get; init; }
}
