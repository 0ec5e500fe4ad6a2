using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Tests.Conformance;

/// <summary>The suite's data sets, in its order.</summary>
internal static class DataSets
{
    private const string FirstType = "application/vnd.example.oci.conformance.v1";
    private const string SecondType = "application/vnd.example.oci.conformance.v2";

    private static readonly Shape Artifact = new() { ArtifactType = FirstType, LayerType = FirstType, Layers = 1 };

    public static IEnumerable<DataSet> All =>
    [
        Make("image", build => build.Image(new Shape { Tag = "image" })),
        Make("image-uncompressed", build => build.Image(new Shape { Tag = "image-uncompressed", LayerType = "application/vnd.oci.image.layer.v1.tar" })),
        Make("large-manifest", build => build.Image(new Shape
        {
            Tag = "large-manifest",
            Annotations = Enumerable.Range(0, 390).ToDictionary(i => $"large-annotation-{i}", _ => new string('A', 10_000), StringComparer.Ordinal),
        })),
        Make("index", build => build.Index(new Shape { Tag = "index" })),
        Make("nested-index", build => build.Index(new Shape { Tag = "index-of-index" }, [build.Index(new Shape()).Descriptor, build.Index(new Shape()).Descriptor])),
        Make("empty-index", build => build.Index(new Shape { Tag = "index" }, [])),
        Make("artifact", build => build.Image(Artifact with { Tag = "artifact" })),
        Make("artifact-index", build => build.Index(Artifact with { Tag = "artifact-index" })),
        Make("artifact-without-layers", build => build.Image(Artifact with { Tag = "artifact-without-layers", LayerType = DataSetBuilder.EmptyType, LayerBytes = "{}"u8.ToArray() })),
        Make("artifacts-with-subject", ArtifactsWithSubject),
        Make("index-with-subject", IndexWithSubject),
        Make("missing-subject", build => build.Image(Artifact with
        {
            Tag = "tagged-artifact",
            Annotations = Notes(),
            Subject = DataSet.Describe(DataSetBuilder.ImageType, Digest.Of(RandomNumberGenerator.GetBytes(64)), 123),
        })),
        Make("data-field", build => build.Image(new Shape { Tag = "data-field", Data = true })),
        Make("non-distributable-layers", NonDistributable),
        Make("custom-fields", build => build.Index(new Shape { Tag = "custom-fields", Extra = true })),
        Make("no-layers", build => build.Image(new Shape { Tag = "no-layers", Layers = 0 })),
        Sparse(),
        Make("sha512", build => build.Index(new Shape { Algorithm = DigestAlgorithm.Sha512 })),
        TagParameter("tag-param-sha256", DigestAlgorithm.Sha256),
        TagParameter("tag-param-sha512", DigestAlgorithm.Sha512),
        Make(new DataSet("bad-digest-image") { Spoiled = true }, build => build.Image(new Shape())),
    ];

    private static DataSet Make(string name, Action<DataSetBuilder> build) => Make(new DataSet(name), build);

    private static DataSet Make(DataSet set, Action<DataSetBuilder> build)
    {
        build(new DataSetBuilder(set));
        return set;
    }

    private static Dictionary<string, string> Notes() => new(StringComparer.Ordinal)
    {
        ["org.opencontainers.conformance"] = "hello conformance test",
        [$"org.example.{RandomNumberGenerator.GetHexString(8)}"] = RandomNumberGenerator.GetHexString(8),
    };

    private static void ArtifactsWithSubject(DataSetBuilder build)
    {
        var subject = build.Image(new Shape { Tag = "image" }).Descriptor;
        build.Image(new Shape { Subject = subject });
        build.Image(Artifact with { Tag = "tagged-artifact1", Subject = subject, Annotations = Notes() });
        build.Image(Artifact with { Tag = "tagged-artifact2", ArtifactType = SecondType, LayerType = "application/octet-stream", Subject = subject, Annotations = Notes() });
    }

    /// <summary>The index refers to its subject, and so do its images.</summary>
    private static void IndexWithSubject(DataSetBuilder build)
    {
        var subject = build.Index(new Shape { Tag = "index" }).Descriptor;
        build.Index(Artifact with { Tag = "tagged-artifact", Subject = subject, Annotations = Notes() });
    }

    /// <summary>Two layers that nobody pushes, and one that is pushed.</summary>
    private static void NonDistributable(DataSetBuilder build)
    {
        var shape = new Shape { Tag = "non-distributable-image" };
        build.Image(shape, build.Blob(shape, DataSetBuilder.ConfigType, DataSetBuilder.Config(shape, "amd64")),
        [
            Elsewhere("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", 123456),
            Elsewhere("application/vnd.oci.image.layer.nondistributable.v1.tar", 12345),
            build.Blob(shape, shape.LayerType, RandomNumberGenerator.GetBytes(700)),
        ]);
    }

    private static JsonObject Elsewhere(string mediaType, int size)
    {
        var digest = Digest.Of(RandomNumberGenerator.GetBytes(64));
        var descriptor = DataSet.Describe(mediaType, digest, size);
        descriptor["urls"] = new JsonArray($"https://store.example.com/blobs/sha256/{digest.Hex}");
        return descriptor;
    }

    /// <summary>An image without its first layer, and an index without its second image.</summary>
    private static DataSet Sparse() => Make(new DataSet("sparse") { Sparse = true }, build =>
    {
        var shape = new Shape { Tag = "sparse-image" };
        var absent = DataSet.Describe(shape.LayerType, Digest.Of(RandomNumberGenerator.GetBytes(64)), 700);
        build.Image(shape, build.Blob(shape, DataSetBuilder.ConfigType, DataSetBuilder.Config(shape, "amd64")),
            [absent, build.Blob(shape, shape.LayerType, RandomNumberGenerator.GetBytes(700))]);
        build.Index(new Shape { Tag = "sparse-index" },
        [
            DataSetBuilder.On("amd64", build.Image(new Shape()).Descriptor),
            DataSetBuilder.On("arm64", DataSet.Describe(DataSetBuilder.ImageType, Digest.Of(RandomNumberGenerator.GetBytes(64)), 1024)),
        ]);
    });

    /// <summary>A tag for each manifest, and two for the index.</summary>
    private static DataSet TagParameter(string name, DigestAlgorithm algorithm)
    {
        var set = Make(new DataSet(name) { TagsByParameter = true }, build => build.Index(new Shape { Algorithm = algorithm, Tag = name }));
        for (var i = 0; i < set.Manifests.Count; i++)
            set.Tags[$"{name}-{i}"] = set.Manifests[i].Blob.Digest;
        return set;
    }
}
