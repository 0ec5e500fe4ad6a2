using System.Text.Json;

namespace Gantry.Protocol.Oci;

/// <summary>A list of manifests (image-spec image-index.md; Docker's manifest list has the same shape).</summary>
public sealed record ImageIndex : Manifest
{
    public required IReadOnlyList<Descriptor> Entries { get; init; }

    public override IEnumerable<Descriptor> Blobs => Entries.Where(entry => !entry.MediaType.IsManifest);

    public override IEnumerable<Descriptor> Manifests => Entries.Where(entry => entry.MediaType.IsManifest);

    public override MediaType? EffectiveArtifactType => ArtifactType;

    /// <summary>The document as Go's encoder writes it. The entries are written even when there are none, as the specification demands.</summary>
    public byte[] ToJson()
    {
        var json = new GoJsonWriter();
        json.StartObject();
        json.Number("schemaVersion", 2);
        json.OptionalString("mediaType", MediaType?.ToString());
        json.OptionalString("artifactType", ArtifactType?.ToString());
        json.Name("manifests");
        json.StartArray();
        foreach (var entry in Entries)
            entry.Write(json);
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

    internal static ImageIndex Read(JsonElement root, JsonPath path, OciLimits limits)
    {
        ExpectSchemaVersion2(root, path);
        return new ImageIndex
        {
            MediaType = root.OptionalMediaType("mediaType", path),
            ArtifactType = root.OptionalMediaType("artifactType", path),
            Entries = ReadDescriptors(root, "manifests", path, limits),
            Subject = ReadSubject(root, path),
            Annotations = root.OptionalAnnotations("annotations", path),
        };
    }
}
