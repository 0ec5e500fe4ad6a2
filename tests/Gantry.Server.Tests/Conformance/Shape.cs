using System.Text.Json.Nodes;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Tests.Conformance;

/// <summary>How the images and indexes of a data set are made.</summary>
internal sealed record Shape
{
    public DigestAlgorithm Algorithm { get; init; } = DigestAlgorithm.Sha256;

    public string? Tag { get; init; }

    /// <summary>Makes artifacts: an empty config and layers of this type.</summary>
    public string? ArtifactType { get; init; }

    public string LayerType { get; init; } = "application/vnd.oci.image.layer.v1.tar+gzip";

    public int Layers { get; init; } = 2;

    /// <summary>The bytes of each layer; null for random ones.</summary>
    public byte[]? LayerBytes { get; init; }

    public JsonObject? Subject { get; init; }

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Puts content into its descriptor as well.</summary>
    public bool Data { get; init; }

    /// <summary>Adds a member that no specification knows.</summary>
    public bool Extra { get; init; }
}
