using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Answer of <c>GET /gantry/v1/registries</c>.</summary>
public sealed record RegistryList([property: JsonPropertyName("registries")] IReadOnlyList<RegistryDescription> Registries);
