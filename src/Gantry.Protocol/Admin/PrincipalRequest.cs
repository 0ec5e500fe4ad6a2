using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Body of <c>POST /gantry/v1/principals</c>.</summary>
public sealed record PrincipalRequest
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Its first role: <c>AcrPull</c>, <c>AcrPush</c>, <c>Owner</c> or another one; absent for none yet.</summary>
    [JsonPropertyName("role")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    /// <summary>Limits the role to repositories whose name is this or begins with it and a slash; absent for all.</summary>
    [JsonPropertyName("repository")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Repository { get; init; }
}
