using System.Text.Json;

namespace Gantry.Protocol.Oci;

/// <summary>Blobs without config or layers: the artifact manifests of ORAS and of OCI before 1.1, read so that what is stored can be followed.</summary>
public sealed record ArtifactManifest : Manifest
{
    public required IReadOnlyList<Descriptor> Entries { get; init; }

    public override IEnumerable<Descriptor> Blobs => Entries;

    public override IEnumerable<Descriptor> Manifests => [];

    public override MediaType? EffectiveArtifactType => ArtifactType;

    internal static ArtifactManifest Read(JsonElement root, JsonPath path, OciLimits limits) => new()
    {
        MediaType = root.OptionalMediaType("mediaType", path),
        ArtifactType = root.OptionalMediaType("artifactType", path),
        Entries = ReadDescriptors(root, "blobs", path, limits),
        Subject = ReadSubject(root, path),
        Annotations = root.OptionalAnnotations("annotations", path),
    };
}
