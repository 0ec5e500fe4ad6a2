using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Body of PUT and PATCH on a registry. In a PATCH, what is absent or null stays as it is.</summary>
public sealed record RegistryRequest
{
    /// <summary>Needed by PUT alone.</summary>
    [JsonPropertyName("location")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Location { get; init; }

    /// <summary>All of them: they replace those that were.</summary>
    [JsonPropertyName("tags")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    [JsonPropertyName("sku")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RegistrySku? Sku { get; init; }

    [JsonPropertyName("properties")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RegistryPropertiesRequest? Properties { get; init; }
}
