using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>Body of <c>scheduleRun</c>, of the type <c>DockerBuildRequest</c>. The other types are known by their name alone.</summary>
public sealed record RunRequest
{
    public const string DockerBuild = "DockerBuildRequest";

    /// <summary>Begins a <see cref="SourceLocation"/> that is an artifact, in any case; its reference follows.</summary>
    public const string ArtifactPrefix = "oci://";

    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>Names in the registry, <c>repository[:tag]</c>; may hold <c>{{.Run.ID}}</c>.</summary>
    [JsonPropertyName("imageNames")]
    public IReadOnlyList<string>? ImageNames { get; init; }

    [JsonPropertyName("isPushEnabled")]
    public bool? IsPushEnabled { get; init; }

    [JsonPropertyName("noCache")]
    public bool? NoCache { get; init; }

    /// <summary>Relative to the context's root.</summary>
    [JsonPropertyName("dockerFilePath")]
    public string? DockerFilePath { get; init; }

    [JsonPropertyName("target")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    [JsonPropertyName("arguments")]
    public IReadOnlyList<RunArgument>? Arguments { get; init; }

    /// <summary>Seconds, from 300 to 28 800.</summary>
    [JsonPropertyName("timeout")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Timeout { get; init; }

    [JsonPropertyName("platform")]
    public RunPlatform? Platform { get; init; }

    [JsonPropertyName("agentConfiguration")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AgentConfiguration? AgentConfiguration { get; init; }

    [JsonPropertyName("agentPoolName")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AgentPoolName { get; init; }

    /// <summary>The context: the path of an upload, or <c>oci://REFERENCE</c>; absent for none.</summary>
    [JsonPropertyName("sourceLocation")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SourceLocation { get; init; }

    [JsonPropertyName("credentials")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunCredentials? Credentials { get; init; }

    [JsonPropertyName("isArchiveEnabled")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsArchiveEnabled { get; init; }

    [JsonPropertyName("logTemplate")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LogTemplate { get; init; }
}
