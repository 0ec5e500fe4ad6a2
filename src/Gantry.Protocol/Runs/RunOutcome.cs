using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>Body of <c>POST /gantry/v1/leases/ID/finish</c>: how a run ended.</summary>
public sealed record RunOutcome
{
    /// <summary>A final status.</summary>
    [JsonPropertyName("status")]
    public required RunStatus Status { get; init; }

    /// <summary>What was pushed, one entry for each tag.</summary>
    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("outputImages")]
    public IReadOnlyList<RunImage> OutputImages { get; init => field = value ?? []; } = [];

    /// <summary>Why it did not end well; a sentence.</summary>
    [JsonPropertyName("error")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}
