using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Protocol;
using Gantry.Protocol.Acr;

namespace Gantry.Cli.Commands.Acr;

/// <summary>What the metadata API answers, as results.</summary>
internal static class Attributes
{
    public static JsonNode? Of(RepositoryAttributes repository) => JsonSerializer.SerializeToNode(repository, WireJson.Wire.RepositoryAttributes);

    public static JsonNode? Of(TagAttributes tag) => JsonSerializer.SerializeToNode(tag, WireJson.Wire.TagAttributes);

    public static JsonNode? Of(ManifestAttributes manifest) => JsonSerializer.SerializeToNode(manifest, WireJson.Wire.ManifestAttributes);

    public static JsonNode? Of(RepositoryDeleted deleted) => JsonSerializer.SerializeToNode(deleted, WireJson.Wire.RepositoryDeleted);

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    public static async Task<JsonNode?> ListAsync<T>(IAsyncEnumerable<T> items, Func<T, JsonNode?> describe, CancellationToken ct)
    {
        var list = new JsonArray();
        await foreach (var item in items.WithCancellation(ct))
            list.Add(describe(item));
        return list;
    }
}
