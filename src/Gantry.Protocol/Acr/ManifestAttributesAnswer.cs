using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>Answer of <c>GET</c> and <c>PATCH /acr/v1/{name}/_manifests/{digest}</c>.</summary>
public sealed record ManifestAttributesAnswer(
    [property: JsonPropertyName("registry")] string Registry,
    [property: JsonPropertyName("imageName")] string ImageName,
    [property: JsonPropertyName("manifest")] ManifestAttributes Manifest);
