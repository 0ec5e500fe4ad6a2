using System.Text.Json.Nodes;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Tests.Conformance;

/// <summary>Content that belongs together: pushed, listed, pulled and deleted as one.</summary>
internal sealed class DataSet(string name)
{
    public string Name { get; } = name;

    /// <summary>Each once, though several manifests name it.</summary>
    public Dictionary<Digest, TestBlob> Blobs { get; } = [];

    /// <summary>In the order of their push: what is named comes first.</summary>
    public List<TestManifest> Manifests { get; } = [];

    /// <summary>Tags in order, and what they point at.</summary>
    public SortedDictionary<string, Digest> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>Sets the tags with the push by digest (distribution-spec end-7b).</summary>
    public bool TagsByParameter { get; init; }

    /// <summary>Spoils each manifest, whose push must then be refused.</summary>
    public bool Spoiled { get; init; }

    /// <summary>Leaves out some of what the manifests name.</summary>
    public bool Sparse { get; init; }

    public TestManifest ManifestOf(Digest digest) => Manifests.Single(manifest => manifest.Blob.Digest == digest);

    /// <summary>Subjects in order, with the manifests that refer to each.</summary>
    public IEnumerable<IGrouping<Digest, TestManifest>> Referrers =>
        Manifests.Where(manifest => manifest.Subject is not null).GroupBy(manifest => manifest.Subject!.Value);

    /// <summary>A descriptor as JSON, for a manifest to hold.</summary>
    public static JsonObject Describe(string mediaType, Digest digest, long size) =>
        new() { ["mediaType"] = mediaType, ["digest"] = digest.ToString(), ["size"] = size };
}
