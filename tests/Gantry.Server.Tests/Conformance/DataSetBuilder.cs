using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Tests.Conformance;

/// <summary>Adds images, artifacts and indexes to a data set, as the suite's generator does: random, so that no two runs share content.</summary>
internal sealed class DataSetBuilder(DataSet set)
{
    public const string ImageType = "application/vnd.oci.image.manifest.v1+json";
    public const string IndexType = "application/vnd.oci.image.index.v1+json";
    public const string ConfigType = "application/vnd.oci.image.config.v1+json";
    public const string EmptyType = "application/vnd.oci.empty.v1+json";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Platforms = ["amd64", "arm64"];

    /// <summary>An image or artifact with its config and layers.</summary>
    public TestManifest Image(Shape shape, string architecture = "amd64")
    {
        var layers = new JsonArray();
        for (var i = 0; i < shape.Layers; i++)
            layers.Add(Blob(shape, shape.LayerType, shape.LayerBytes ?? RandomNumberGenerator.GetBytes(700)));
        var config = shape.ArtifactType is null
            ? Blob(shape, ConfigType, Config(shape, architecture))
            : Blob(shape, EmptyType, "{}"u8.ToArray());
        return Image(shape, config, layers);
    }

    /// <summary>A manifest of a config and layers that are described already.</summary>
    public TestManifest Image(Shape shape, JsonObject config, JsonArray layers)
    {
        var manifest = Begin(shape, ImageType);
        manifest["config"] = config;
        manifest["layers"] = layers;
        return End(shape, manifest, ImageType, shape.ArtifactType ?? (string)config["mediaType"]!);
    }

    /// <summary>An index of one image for each of two platforms.</summary>
    public TestManifest Index(Shape shape) => Index(shape, [.. Platforms.Select(platform => On(platform, Image(shape, platform).Descriptor))]);

    /// <summary>An index of what is described already.</summary>
    public TestManifest Index(Shape shape, JsonArray manifests)
    {
        var index = Begin(shape, IndexType);
        index["manifests"] = manifests;
        return End(shape, index, IndexType, shape.ArtifactType);
    }

    /// <summary>A blob, which the set then pushes, and its descriptor.</summary>
    public JsonObject Blob(Shape shape, string mediaType, byte[] bytes)
    {
        var blob = TestBlob.Of(shape.Algorithm, bytes);
        set.Blobs[blob.Digest] = blob;
        var descriptor = DataSet.Describe(mediaType, blob.Digest, bytes.Length);
        if (shape.Data)
            descriptor["data"] = Convert.ToBase64String(bytes);
        return descriptor;
    }

    public static JsonObject On(string architecture, JsonObject descriptor)
    {
        descriptor["platform"] = new JsonObject { ["architecture"] = architecture, ["os"] = "linux" };
        return descriptor;
    }

    public static byte[] Config(Shape shape, string architecture)
    {
        var config = new JsonObject
        {
            ["author"] = "Gantry's tests",
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray($"sha256:{RandomNumberGenerator.GetHexString(64, lowercase: true)}") },
        };
        if (shape.Extra)
            config["org.example.extra"] = RandomNumberGenerator.GetHexString(16);
        return Bytes(config);
    }

    private static JsonObject Begin(Shape shape, string mediaType)
    {
        var document = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = mediaType };
        if (shape.ArtifactType is not null)
            document["artifactType"] = shape.ArtifactType;
        return document;
    }

    private TestManifest End(Shape shape, JsonObject document, string mediaType, string? artifactType)
    {
        if (shape.Subject is not null)
            document["subject"] = shape.Subject.DeepClone();
        if (shape.Annotations.Count > 0)
            document["annotations"] = new JsonObject(shape.Annotations.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, entry.Value)));
        if (shape.Extra)
            document["org.example.extra"] = RandomNumberGenerator.GetHexString(16);
        var manifest = new TestManifest(TestBlob.Of(shape.Algorithm, Bytes(document)), mediaType)
        {
            Subject = shape.Subject is null ? null : Digest.Parse((string)shape.Subject["digest"]!),
            ArtifactType = artifactType,
            Annotations = shape.Annotations,
        };
        set.Manifests.Add(manifest);
        if (shape.Tag is not null)
            set.Tags[shape.Tag] = manifest.Blob.Digest;
        return manifest;
    }

    private static byte[] Bytes(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString(Plain));
}
