using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>With what a run signs in to registries.</summary>
public sealed record RunCredentials
{
    [JsonPropertyName("sourceRegistry")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SourceRegistryCredentials? SourceRegistry { get; init; }

    /// <summary>By host. Read to say that it is not supported rather than to pass over it.</summary>
    [JsonPropertyName("customRegistries")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, JsonElement>? CustomRegistries { get; init; }
}
