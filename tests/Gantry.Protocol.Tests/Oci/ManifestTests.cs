using System.Text;
using Gantry.Protocol.Oci;

namespace Gantry.Protocol.Tests.Oci;

public sealed class ManifestTests
{
    private static readonly Descriptor Config = Descriptor.Of(MediaTypes.UnknownConfig, "{}"u8);
    private static readonly Descriptor Layer = Descriptor.Of(MediaTypes.ImageLayer, "layer"u8);

    [Fact]
    public void An_image_manifest_is_written_in_gos_order()
    {
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = MediaType.Parse("x/y"),
            Config = Config,
            Layers = [Layer],
            Subject = Layer,
            Annotations = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" },
        };
        var layer = $"{{\"mediaType\":\"{Layer.MediaType}\",\"digest\":\"{Layer.Digest}\",\"size\":5}}";
        Assert.Equal(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"artifactType\":\"x/y\","
            + $"\"config\":{{\"mediaType\":\"{Config.MediaType}\",\"digest\":\"{Config.Digest}\",\"size\":2}},"
            + $"\"layers\":[{layer}],\"subject\":{layer},\"annotations\":{{\"a\":\"1\",\"b\":\"2\"}}}}",
            Encoding.UTF8.GetString(manifest.ToJson()));
    }

    [Fact]
    public void A_manifest_that_was_written_is_read_as_what_it_was()
    {
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = Config, Layers = [Layer, Layer], Subject = Layer };
        var read = Assert.IsType<ImageManifest>(Manifest.Parse(manifest.ToJson(), MediaTypes.ImageManifest, OciLimits.Default));
        Assert.Equal(manifest.ToJson(), read.ToJson());
        Assert.Equal([Config.Digest, Layer.Digest, Layer.Digest], read.Successors.Select(successor => successor.Digest));
        Assert.Equal(Layer.Digest, read.Subject?.Digest);
        Assert.Equal(Config.MediaType, read.EffectiveArtifactType);
    }

    [Fact]
    public void An_index_separates_manifests_from_blobs_and_is_written_with_an_empty_list()
    {
        var child = Descriptor.Of(MediaTypes.ImageManifest, "m"u8);
        var index = Assert.IsType<ImageIndex>(Manifest.Parse(
            new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [child, Layer] }.ToJson(), MediaTypes.ImageIndex, OciLimits.Default));
        Assert.Equal([child.Digest], index.Manifests.Select(entry => entry.Digest));
        Assert.Equal([Layer.Digest], index.Blobs.Select(entry => entry.Digest));
        Assert.Equal("{\"schemaVersion\":2,\"manifests\":[]}", Encoding.UTF8.GetString(new ImageIndex { Entries = [] }.ToJson()));
    }

    [Fact]
    public void The_articles_legacy_manifest_without_a_media_type_is_read()
    {
        var json = "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/vnd.unknown.config.v1+json\","
            + "\"digest\":\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"size\":0},\"layers\":[]}";
        var manifest = Parse(json);
        Assert.Null(manifest.MediaType);
        Assert.Equal("application/vnd.unknown.config.v1+json", manifest.EffectiveArtifactType?.ToString());
        Assert.Single(manifest.Blobs);
    }

    [Theory]
    [InlineData("application/vnd.oci.artifact.manifest.v1+json")]
    [InlineData("application/vnd.cncf.oras.artifact.manifest.v1+json")]
    public void Artifact_manifests_of_the_past_are_followed(string type)
    {
        var json = $"{{\"mediaType\":\"{type}\",\"artifactType\":\"x/y\",\"blobs\":[{Encoding.UTF8.GetString(Layer.ToJson())}],\"subject\":{Encoding.UTF8.GetString(Config.ToJson())}}}";
        var manifest = Manifest.Parse(Encoding.UTF8.GetBytes(json), MediaType.Parse(type), OciLimits.Default);
        Assert.Equal([Layer.Digest], manifest.Successors.Select(successor => successor.Digest));
        Assert.Equal(Config.Digest, manifest.Subject?.Digest);
    }

    [Fact]
    public void Docker_schema_2_has_the_same_shape() =>
        Assert.IsType<ImageManifest>(Manifest.Parse(
            new ImageManifest { MediaType = MediaTypes.DockerManifest, Config = Config, Layers = [] }.ToJson(), MediaTypes.DockerManifest, OciLimits.Default));

    [Fact]
    public void Unknown_members_are_ignored_and_null_is_absence()
    {
        var manifest = Parse(Image(",\"x-extension\":{\"deep\":[1,2,{\"a\":null}]},\"subject\":null,\"annotations\":null,\"artifactType\":\"\""));
        Assert.Null(manifest.Subject);
        Assert.Null(manifest.ArtifactType);
    }

    [Fact]
    public void Content_describes_its_own_bytes()
    {
        var bytes = Encoding.UTF8.GetBytes(Image(""));
        var content = ManifestContent.Of(MediaTypes.ImageManifest, bytes);
        Assert.Equal(Digest.Of(bytes), content.Descriptor.Digest);
        Assert.Equal(bytes.Length, content.Descriptor.Size);
        Assert.IsType<ImageManifest>(content.Parse());
    }

    private static Manifest Parse(string json) => Manifest.Parse(Encoding.UTF8.GetBytes(json), MediaTypes.ImageManifest, OciLimits.Default);

    private static string Image(string more) => $"{{\"schemaVersion\":2,\"config\":{Encoding.UTF8.GetString(Config.ToJson())},\"layers\":[]{more}}}";
}
