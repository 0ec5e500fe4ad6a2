using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Body of <c>POST /gantry/v1/groups</c>.</summary>
public sealed record GroupRequest
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }
}
