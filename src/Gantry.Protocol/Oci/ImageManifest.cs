using System.Text.Json;

namespace Gantry.Protocol.Oci;

/// <summary>A config and layers (image-spec manifest.md; Docker's schema 2 has the same shape).</summary>
public sealed record ImageManifest : Manifest
{
    public required Descriptor Config { get; init; }

    public required IReadOnlyList<Descriptor> Layers { get; init; }

    public override IEnumerable<Descriptor> Blobs => [Config, .. Layers];

    public override IEnumerable<Descriptor> Manifests => [];

    public override MediaType? EffectiveArtifactType => ArtifactType ?? Config.MediaType;

    /// <summary>The document as Go's encoder writes it: the bytes that the real oras would push.</summary>
    public byte[] ToJson()
    {
        var json = new GoJsonWriter();
        json.StartObject();
        json.Number("schemaVersion", 2);
        json.OptionalString("mediaType", MediaType?.ToString());
        json.OptionalString("artifactType", ArtifactType?.ToString());
        json.Name("config");
        Config.Write(json);
        json.Name("layers");
        json.StartArray();
        foreach (var layer in Layers)
            layer.Write(json);
        json.EndArray();
        if (Subject is { } subject)
        {
            json.Name("subject");
            subject.Write(json);
        }
        json.OptionalMap("annotations", Annotations);
        json.EndObject();
        return json.ToArray();
    }

    internal static ImageManifest Read(JsonElement root, JsonPath path, OciLimits limits)
    {
        ExpectSchemaVersion2(root, path);
        return new ImageManifest
        {
            MediaType = root.OptionalMediaType("mediaType", path),
            ArtifactType = root.OptionalMediaType("artifactType", path),
            Config = Descriptor.Read(root.Member("config") ?? throw path.Then("config").Problem("is missing"), path.Then("config")),
            Layers = ReadDescriptors(root, "layers", path, limits),
            Subject = ReadSubject(root, path),
            Annotations = root.OptionalAnnotations("annotations", path),
        };
    }
}
