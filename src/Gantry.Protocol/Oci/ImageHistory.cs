using System.Text.Json;

namespace Gantry.Protocol.Oci;

/// <summary>One step of an image's making (image-spec config.md, "history").</summary>
public sealed record ImageHistory
{
    public string? Created { get; init; }

    public string? CreatedBy { get; init; }

    public string? Author { get; init; }

    public string? Comment { get; init; }

    /// <summary>The step made no layer: the entries without this are as many as the diff ids.</summary>
    public bool EmptyLayer { get; init; }

    internal static ImageHistory Read(JsonElement element, JsonPath path)
    {
        path.Expect(element, JsonValueKind.Object);
        return new ImageHistory
        {
            Created = element.OptionalString("created", path),
            CreatedBy = element.OptionalString("created_by", path),
            Author = element.OptionalString("author", path),
            Comment = element.OptionalString("comment", path),
            EmptyLayer = element.Member("empty_layer") is { ValueKind: JsonValueKind.True },
        };
    }

    internal void Write(GoJsonWriter json)
    {
        json.StartObject();
        json.OptionalString("created", Created);
        json.OptionalString("created_by", CreatedBy);
        json.OptionalString("author", Author);
        json.OptionalString("comment", Comment);
        if (EmptyLayer)
            json.Boolean("empty_layer", true);
        json.EndObject();
    }
}
