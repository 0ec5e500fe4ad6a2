using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>Body of a PATCH on a repository, tag or manifest: null leaves a lock as it is.</summary>
public sealed record AttributesChange
{
    [JsonPropertyName("deleteEnabled")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? DeleteEnabled { get; init; }

    [JsonPropertyName("writeEnabled")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? WriteEnabled { get; init; }

    [JsonPropertyName("readEnabled")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? ReadEnabled { get; init; }

    [JsonPropertyName("listEnabled")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? ListEnabled { get; init; }

    [JsonIgnore]
    public bool IsEmpty => (DeleteEnabled ?? WriteEnabled ?? ReadEnabled ?? ListEnabled) is null;
}
