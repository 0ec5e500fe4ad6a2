using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Runs;

/// <summary>The <c>properties</c> of a run resource, in the service's order.</summary>
public sealed record RunProperties
{
    /// <summary>A short prefix of the registry's and a counter: <c>cf1</c>.</summary>
    [JsonPropertyName("runId")]
    public required string RunId { get; init; }

    [JsonPropertyName("status")]
    public required RunStatus Status { get; init; }

    [JsonPropertyName("lastUpdatedTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset LastUpdatedTime { get; init; }

    [JsonPropertyName("runType")]
    public required RunType RunType { get; init; }

    [JsonPropertyName("agentPoolName")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AgentPoolName { get; init; }

    [JsonPropertyName("createTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset CreateTime { get; init; }

    [JsonPropertyName("startTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? StartTime { get; init; }

    [JsonPropertyName("finishTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? FinishTime { get; init; }

    [JsonPropertyName("outputImages")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RunImage>? OutputImages { get; init; }

    [JsonPropertyName("platform")]
    public required RunPlatform Platform { get; init; }

    [JsonPropertyName("agentConfiguration")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AgentConfiguration? AgentConfiguration { get; init; }

    /// <summary>Why the run ended other than well; a sentence.</summary>
    [JsonPropertyName("runErrorMessage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RunErrorMessage { get; init; }

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("provisioningState")]
    public string ProvisioningState { get; init => field = value ?? "Succeeded"; } = "Succeeded";

    [JsonPropertyName("isArchiveEnabled")]
    public bool IsArchiveEnabled { get; init; }
}
