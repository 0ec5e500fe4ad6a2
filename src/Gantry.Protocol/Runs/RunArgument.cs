using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>A build argument of a run. The value of a secret one is kept until the run ends, and shown by nothing.</summary>
public sealed record RunArgument
{
    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("type")]
    public string Type { get; init => field = value ?? "Argument"; } = "Argument";

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("value")]
    public required string Value { get; init; }

    [JsonPropertyName("isSecret")]
    public bool IsSecret { get; init; }
}
