using System.Text;
using Gantry.Protocol.Oci;

namespace Gantry.Protocol.Tests.Oci;

/// <summary>Documents that were written to be read in two ways, or to cost more than they weigh.</summary>
public sealed class HostileDocumentTests
{
    private const string Blob = """{"mediaType":"application/octet-stream","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0}""";

    [Theory]
    [InlineData("\"manifests\":[],\"layers\":[]")]
    [InlineData("\"manifests\":[],\"config\":null")]
    [InlineData("\"layers\":[],\"manifests\":null")]
    public void CVE_2021_41190_a_document_that_is_both_image_and_index_is_refused_under_either_type(string members)
    {
        foreach (var type in new[] { MediaTypes.ImageManifest, MediaTypes.ImageIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList })
            Assert.Contains("not both", Refusal($"{{\"schemaVersion\":2,{members}}}", type), StringComparison.Ordinal);
    }

    [Fact]
    public void CVE_2021_41190_a_media_type_member_unlike_the_content_type_is_refused() =>
        Assert.Contains("the document came as", Refusal(
            $"{{\"schemaVersion\":2,\"mediaType\":\"{MediaTypes.ImageIndex}\",\"config\":{Blob},\"layers\":[]}}", MediaTypes.ImageManifest), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"schemaVersion\":2,\"schemaVersion\":2,\"manifests\":[]}")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[],\"manifests\":[]}")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[],\"m\\u0061nifests\":[]}")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"a\":\"1\",\"a\":\"2\"}}")]
    public void Duplicate_members_are_refused_at_any_depth(string json) =>
        Assert.Contains("not valid JSON", Refusal(json, MediaTypes.ImageIndex), StringComparison.Ordinal);

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Ten_thousand_levels_are_refused_without_reading_them(char open, char close)
    {
        var step = open == '[' ? "[" : "{\"a\":";
        var json = "{\"schemaVersion\":2,\"manifests\":[],\"x\":" + string.Concat(Enumerable.Repeat(step, 10_000)) + (open == '[' ? "" : "1")
            + new string(close, 10_000) + "}";
        Assert.Contains("not valid JSON", Refusal(json, MediaTypes.ImageIndex), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_refused_by_name() =>
        Assert.Contains("byte order mark", Refusal("\uFEFF{\"schemaVersion\":2,\"manifests\":[]}", MediaTypes.ImageIndex), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_by_name()
    {
        byte[] json = [.. "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"a"u8, 0xE8, .. "\":\"x\"}}"u8];
        Assert.Equal("the document is not valid UTF-8",
            Assert.Throws<OciFormatException>(() => Manifest.Parse(json, MediaTypes.ImageIndex, OciLimits.Default)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("nul")]
    [InlineData("{} {}")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[],}")]
    [InlineData("{\"schemaVersion\":2,/* why */\"manifests\":[]}")]
    [InlineData("{'schemaVersion':2}")]
    [InlineData("{\"schemaVersion\":02}")]
    [InlineData("{\"schemaVersion\":NaN}")]
    public void Text_that_is_not_json_is_refused(string json) => Assert.Contains("not valid JSON", Refusal(json, MediaTypes.ImageIndex), StringComparison.Ordinal);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"manifest\"")]
    [InlineData("2")]
    public void A_document_is_an_object(string json) => Assert.Contains("an object belongs", Refusal(json, MediaTypes.ImageIndex), StringComparison.Ordinal);

    [Theory]
    [InlineData("1", "is not 2")]
    [InlineData("3", "is not 2")]
    [InlineData("2.5", "is not 2")]
    [InlineData("99999999999999999999999999", "is not 2")]
    [InlineData("\"2\"", "is a string")]
    [InlineData("null", "is missing")]
    public void A_schema_version_other_than_2_is_refused(string version, string expected) =>
        Assert.Contains("schemaVersion " + expected, Refusal($"{{\"schemaVersion\":{version},\"manifests\":[]}}", MediaTypes.ImageIndex), StringComparison.Ordinal);

    [Fact]
    public void Docker_schema_1_is_refused_by_type_and_by_shape()
    {
        Assert.Contains("schema 1", Refusal("{\"schemaVersion\":1}", MediaTypes.DockerManifestSchema1Signed), StringComparison.Ordinal);
        Assert.Contains("schema 1", Refusal("{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[]}", MediaTypes.DockerManifest), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Layers", "[]", "layers")]
    [InlineData("MANIFESTS", "[]", "manifests")]
    [InlineData("MediaType", "\"application/vnd.oci.image.index.v1+json\"", "mediaType")]
    [InlineData("layer\u017f", "[]", "layers")]
    [InlineData("bl\u00f6bs", "[]", null)]
    [InlineData("history", "[]", null)]
    public void CVE_2021_41190_a_member_that_only_go_takes_for_a_known_one_is_refused(string name, string value, string? known)
    {
        var config = Encoding.UTF8.GetString(Descriptor.EmptyJson.ToJson());
        var json = $"{{\"schemaVersion\":2,\"config\":{config},\"layers\":[],\"{name}\":{value}}}";
        if (known is null)
            Assert.IsType<ImageManifest>(Manifest.Parse(Encoding.UTF8.GetBytes(json), MediaTypes.ImageManifest, OciLimits.Default));
        else
            Assert.Contains($"other letters than \"{known}\"", Refusal(json, MediaTypes.ImageManifest), StringComparison.Ordinal);
    }

    [Fact]
    public void CVE_2021_41190_the_same_holds_inside_descriptors_and_platforms()
    {
        const string Digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        string Index(string more) =>
            $"{{\"schemaVersion\":2,\"manifests\":[{{\"mediaType\":\"{MediaTypes.ImageManifest}\",\"digest\":\"{Digest}\",\"size\":2,{more}}}]}}";
        Assert.Contains("manifests[0].Digest", Refusal(Index($"\"Digest\":\"{Digest}\""), MediaTypes.ImageIndex), StringComparison.Ordinal);
        Assert.Contains("manifests[0].platform.OS", Refusal(Index("\"platform\":{\"os\":\"linux\",\"OS\":\"windows\"}"), MediaTypes.ImageIndex), StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_is_no_manifests_is_refused() =>
        Assert.Contains("not the media type of a manifest", Refusal("{}", MediaType.Parse("application/json")), StringComparison.Ordinal);

    [Fact]
    public void A_document_beyond_the_limit_is_refused_before_it_is_parsed()
    {
        var limits = OciLimits.Default with { ManifestBytes = 10 };
        var refusal = Assert.Throws<OciFormatException>(() => Manifest.Parse(new byte[11], MediaTypes.ImageIndex, limits));
        Assert.Contains("11 bytes, the limit is 10", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_descriptors_than_the_limit_are_refused_by_count()
    {
        var limits = OciLimits.Default with { Descriptors = 3 };
        var json = Encoding.UTF8.GetBytes($"{{\"schemaVersion\":2,\"manifests\":[{Blob},{Blob},{Blob},{Blob}]}}");
        Assert.Contains("has 4 entries, the limit is 3",
            Assert.Throws<OciFormatException>(() => Manifest.Parse(json, MediaTypes.ImageIndex, limits)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_suites_largest_manifest_is_read()
    {
        var annotations = string.Join(',', Enumerable.Range(0, 390).Select(i => $"\"org.example.{i}\":\"{new string('x', 10_000)}\""));
        var json = $"{{\"schemaVersion\":2,\"config\":{Blob},\"layers\":[],\"annotations\":{{{annotations}}}}}";
        Assert.Equal(390, Manifest.Parse(Encoding.UTF8.GetBytes(json), MediaTypes.ImageManifest, OciLimits.Default).Annotations?.Count);
    }

    [Fact]
    public void A_layer_is_named_by_its_place_when_it_is_wrong() =>
        Assert.StartsWith("layers[1].digest ", Refusal(
            $"{{\"schemaVersion\":2,\"config\":{Blob},\"layers\":[{Blob},{{\"mediaType\":\"a/b\",\"digest\":\"sha256:1\",\"size\":1}}]}}", MediaTypes.ImageManifest), StringComparison.Ordinal);

    [Fact]
    public void A_message_never_carries_a_line_break_from_the_document() =>
        Assert.DoesNotContain('\n', Refusal("{\"schemaVersion\":2,\"mediaType\":\"a\\nb\",\"manifests\":[]}", MediaTypes.ImageIndex));

    private static string Refusal(string json, MediaType type) =>
        Assert.Throws<OciFormatException>(() => Manifest.Parse(Encoding.UTF8.GetBytes(json), type, OciLimits.Default)).Message;
}
