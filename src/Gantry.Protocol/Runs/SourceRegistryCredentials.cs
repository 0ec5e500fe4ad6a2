using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>How a run signs in to the registry that it belongs to.</summary>
public sealed record SourceRegistryCredentials
{
    /// <summary><c>Default</c>: as whoever asked for the run. <c>None</c>: as nobody.</summary>
    [JsonPropertyName("loginMode")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LoginMode { get; init; }

    /// <summary><c>[caller]</c>, <c>[system]</c> or the id of an identity.</summary>
    [JsonPropertyName("identity")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Identity { get; init; }
}
