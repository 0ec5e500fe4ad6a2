using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>What a registry is told that Azure has no word for: <c>GET</c> and <c>PATCH /gantry/v1/settings</c>. In a request, what is absent stays as it is.</summary>
public sealed record RegistrySettingsDocument
{
    /// <summary>Whether the catalog shows each caller what they may read, in place of being refused to those who may not read everything.</summary>
    [JsonPropertyName("catalogByRights")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? CatalogByRights { get; init; }
}
