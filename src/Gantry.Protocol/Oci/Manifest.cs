using System.Text.Json;

namespace Gantry.Protocol.Oci;

/// <summary>The parsed view of anything that is stored as a manifest. The truth is the bytes: <see cref="ManifestContent"/>.</summary>
public abstract record Manifest
{
    private static readonly string[] Members =
        ["schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "blobs", "subject", "annotations", "fsLayers"];

    /// <summary>The document's own <c>mediaType</c>; null where it names none, as documents from before OCI 1.1 do.</summary>
    public MediaType? MediaType { get; init; }

    public MediaType? ArtifactType { get; init; }

    public Descriptor? Subject { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Blobs that this document names: config and layers. Empty for an index.</summary>
    public abstract IEnumerable<Descriptor> Blobs { get; }

    /// <summary>Manifests that this document names as its parts. The subject is not one of them.</summary>
    public abstract IEnumerable<Descriptor> Manifests { get; }

    /// <summary>Everything that must be copied before this document: blobs and child manifests, in document order.</summary>
    public IEnumerable<Descriptor> Successors => Blobs.Concat(Manifests);

    /// <summary>What the referrers API calls this document: its artifact type, for a manifest without one its config's media type.</summary>
    public abstract MediaType? EffectiveArtifactType { get; }

    /// <summary>Reads a manifest that came under a media type.</summary>
    /// <param name="json">The document's bytes.</param>
    /// <param name="mediaType">What the document is said to be; a <c>mediaType</c> member that says otherwise is refused.</param>
    /// <param name="limits">Bounds on size, depth and counts.</param>
    /// <exception cref="OciFormatException">The bytes are not such a document; the message says where and why.</exception>
    public static Manifest Parse(ReadOnlyMemory<byte> json, MediaType mediaType, OciLimits limits)
    {
        using var document = OciJson.Parse(json, limits);
        var root = document.RootElement;
        var path = JsonPath.Root;
        var own = root.OptionalMediaType("mediaType", path);
        if (own is { } said && said != mediaType)
            throw new OciFormatException($"mediaType is \"{Printable.Of(said.ToString())}\", but the document came as \"{Printable.Of(mediaType.ToString())}\"");
        RefuseAmbiguity(root);
        root.RefuseLookalikes(Members, path);
        return mediaType switch
        {
            { IsImageManifest: true } => ImageManifest.Read(root, path, limits),
            { IsIndex: true } => ImageIndex.Read(root, path, limits),
            { IsArtifactManifest: true } => ArtifactManifest.Read(root, path, limits),
            { IsSchema1: true } => throw new OciFormatException("Docker image manifest schema 1 is not supported; push the image as schema 2 or OCI"),
            _ => throw new OciFormatException($"\"{Printable.Of(mediaType.ToString())}\" is not the media type of a manifest"),
        };
    }

    /// <summary>CVE-2021-41190: a document that one client reads as an image and another as an index must be read by none.</summary>
    private static void RefuseAmbiguity(JsonElement root)
    {
        if (root.TryGetProperty("manifests", out _) && (root.TryGetProperty("layers", out _) || root.TryGetProperty("config", out _)))
            throw new OciFormatException("the document has \"manifests\" beside \"layers\" or \"config\": it must be an index or an image manifest, not both");
        if (root.TryGetProperty("fsLayers", out _))
            throw new OciFormatException("Docker image manifest schema 1 is not supported; push the image as schema 2 or OCI");
    }

    private protected static void ExpectSchemaVersion2(JsonElement root, JsonPath path)
    {
        var here = path.Then("schemaVersion");
        var version = root.Member("schemaVersion") ?? throw here.Problem("is missing");
        here.Expect(version, JsonValueKind.Number);
        if (!version.TryGetInt32(out var number) || number != 2)
            throw here.Problem("is not 2");
    }

    private protected static IReadOnlyList<Descriptor> ReadDescriptors(JsonElement root, string name, JsonPath path, OciLimits limits)
    {
        if (root.Member(name) is not { } value)
            return [];
        var here = path.Then(name);
        here.Expect(value, JsonValueKind.Array);
        var count = value.GetArrayLength();
        if (count > limits.Descriptors)
            throw here.Problem($"has {count} entries, the limit is {limits.Descriptors}");
        var descriptors = new List<Descriptor>(count);
        foreach (var item in value.EnumerateArray())
            descriptors.Add(Descriptor.Read(item, here.At(descriptors.Count)));
        return descriptors;
    }

    private protected static Descriptor? ReadSubject(JsonElement root, JsonPath path) =>
        root.Member("subject") is { } subject ? Descriptor.Read(subject, path.Then("subject")) : null;
}
