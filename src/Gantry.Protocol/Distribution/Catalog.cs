using System.Text.Json.Serialization;

namespace Gantry.Protocol.Distribution;

/// <summary>Body of <c>GET /v2/_catalog</c> and <c>GET /acr/v1/_catalog</c>.</summary>
public sealed record Catalog([property: JsonPropertyName("repositories")] IReadOnlyList<string> Repositories);
