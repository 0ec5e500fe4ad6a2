using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>A build argument of a run. The value of a secret one is kept until the run ends, and shown by nothing.</summary>
public sealed record RunArgument
{
    [JsonPropertyName("type")]
    public string Type { get; init; } = "Argument";

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("value")]
    public required string Value { get; init; }

    [JsonPropertyName("isSecret")]
    public bool IsSecret { get; init; }
}
