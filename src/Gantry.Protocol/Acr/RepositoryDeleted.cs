using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>Answer of <c>DELETE /acr/v1/{name}</c>: what went with the repository.</summary>
public sealed record RepositoryDeleted(
    [property: JsonPropertyName("manifestsDeleted")] IReadOnlyList<string> ManifestsDeleted,
    [property: JsonPropertyName("tagsDeleted")] IReadOnlyList<string> TagsDeleted);
