using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>Answer of <c>GET</c> and <c>PATCH /acr/v1/{name}/_tags/{tag}</c>.</summary>
public sealed record TagAttributesAnswer(
    [property: JsonPropertyName("registry")] string Registry,
    [property: JsonPropertyName("imageName")] string ImageName,
    [property: JsonPropertyName("tag")] TagAttributes Tag);
