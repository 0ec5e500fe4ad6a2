using System.Text.Json.Serialization;

namespace Gantry.Server.Access;

/// <summary>One entry of a token's <c>access</c> claim, in the lower case that clients read (az, oras, containerd).</summary>
public sealed record TokenAccess(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("actions")] IReadOnlyList<string> Actions);
