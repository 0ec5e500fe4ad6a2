using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>Answer of <c>GET /acr/v1/{name}/_manifests</c>.</summary>
public sealed record ManifestAttributesList(
    [property: JsonPropertyName("registry")] string Registry,
    [property: JsonPropertyName("imageName")] string ImageName,
    [property: JsonPropertyName("manifests")] IReadOnlyList<ManifestAttributes> Manifests);
