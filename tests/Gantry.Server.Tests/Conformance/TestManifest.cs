using System.Text.Json.Nodes;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Tests.Conformance;

/// <summary>A manifest's bytes, and what the lists must say of it.</summary>
internal sealed record TestManifest(TestBlob Blob, string MediaType)
{
    public Digest? Subject { get; init; }

    /// <summary>Its own, or its config's type; null for an index that has none.</summary>
    public string? ArtifactType { get; init; }

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    public JsonObject Descriptor => DataSet.Describe(MediaType, Blob.Digest, Blob.Bytes.Length);
}
