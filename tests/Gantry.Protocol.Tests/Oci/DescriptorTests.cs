using System.Text;
using Gantry.Protocol.Oci;

namespace Gantry.Protocol.Tests.Oci;

public sealed class DescriptorTests
{
    private const string Empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void The_empty_document_is_described_as_the_specification_does()
    {
        Assert.Equal(
            """{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2,"data":"e30="}""",
            Encoding.UTF8.GetString(Descriptor.EmptyJson.ToJson()));
    }

    [Fact]
    public void Every_member_is_written_in_gos_order_and_read_back()
    {
        const string Json = "{\"mediaType\":\"a/b\",\"digest\":\"" + Empty + "\",\"size\":0,\"urls\":[\"https://example.com/x\"],"
            + "\"annotations\":{\"a\":\"1\",\"b\":\"2\"},\"data\":\"AAE=\",\"platform\":{\"architecture\":\"arm\",\"os\":\"linux\",\"os.version\":\"1\",\"os.features\":[\"f\"],\"variant\":\"v7\"},"
            + "\"artifactType\":\"x/y\"}";
        var descriptor = Descriptor.Parse(Encoding.UTF8.GetBytes(Json), OciLimits.Default);
        Assert.Equal("x/y", descriptor.ArtifactType?.ToString());
        Assert.Equal("v7", descriptor.Platform?.Variant);
        Assert.Equal([0, 1], descriptor.Data!.Value.ToArray());
        Assert.Equal(Json, Encoding.UTF8.GetString(descriptor.ToJson()));
    }

    [Fact]
    public void The_bare_form_keeps_what_identifies_the_content()
    {
        var full = Descriptor.Of(MediaTypes.ImageLayer, "x"u8) with { Annotations = new Dictionary<string, string> { [Annotations.Title] = "x.txt" } };
        Assert.Equal("x.txt", full.Title);
        Assert.Null(full.Bare().Title);
        Assert.True(full.IsSameContent(full.Bare()));
        Assert.False(full.IsSameContent(full with { Size = 2 }));
        Assert.False(full.IsSameContent(full with { MediaType = MediaTypes.OctetStream }));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e2")]
    [InlineData("9223372036854775808")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890")]
    [InlineData("1e999999999")]
    [InlineData("\"5\"")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_size_that_is_not_a_count_of_bytes_is_refused(string size)
    {
        var refusal = Refusal("{\"mediaType\":\"a/b\",\"digest\":\"" + Empty + "\",\"size\":" + size + "}");
        Assert.StartsWith("size ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_size_is_accepted() =>
        Assert.Equal(long.MaxValue, Descriptor.Parse(Encoding.UTF8.GetBytes("{\"mediaType\":\"a/b\",\"digest\":\"" + Empty + "\",\"size\":9223372036854775807}"), OciLimits.Default).Size);

    [Theory]
    [InlineData("""{"digest":"D","size":0}""", "mediaType is missing")]
    [InlineData("""{"mediaType":"a/b","size":0}""", "digest is missing")]
    [InlineData("""{"mediaType":"a/b","digest":"D"}""", "size is missing")]
    [InlineData("""{"mediaType":1,"digest":"D","size":0}""", "mediaType is a number")]
    [InlineData("""{"mediaType":"a/b","digest":"D","size":0,"annotations":[]}""", "annotations is an array")]
    [InlineData("""{"mediaType":"a/b","digest":"D","size":0,"annotations":{"k":1}}""", "annotations.k is a number")]
    [InlineData("""{"mediaType":"a/b","digest":"D","size":0,"urls":["a",null]}""", "urls[1] is null")]
    [InlineData("""{"mediaType":"a/b","digest":"D","size":0,"data":"*"}""", "data is not base64")]
    [InlineData("""{"mediaType":"a/b","digest":"D","size":0,"platform":"linux"}""", "platform is a string")]
    [InlineData("""{"mediaType":"a/b","digest":"D","size":0,"platform":{"os":1}}""", "platform.os is a number")]
    [InlineData("""{"mediaType":"a/b","digest":"sha256:x","size":0}""", "digest \"sha256:x\" is not a digest")]
    [InlineData("[]", "the document is an array")]
    public void A_wrong_member_is_named_by_its_place(string json, string expected) =>
        Assert.StartsWith(expected, Refusal(json.Replace("\"D\"", $"\"{Empty}\"", StringComparison.Ordinal)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"mediaType":"\ud800","digest":"D","size":0}""")]
    [InlineData("""{"mediaType":"a/b","digest":"\ud800","size":0}""")]
    [InlineData("""{"mediaType":"a/b","digest":"D","size":0,"data":"\ud800"}""")]
    [InlineData("""{"mediaType":"a/b","digest":"D","size":0,"annotations":{"\ud800":"x"}}""")]
    [InlineData("""{"mediaType":"a/b","digest":"D","size":0,"annotations":{"k":"\udc00"}}""")]
    [InlineData("""{"mediaType":"a/b","digest":"D","size":0,"\ud800":1}""")]
    public void Half_a_surrogate_pair_is_refused_and_breaks_nothing(string json)
    {
        try
        {
            Descriptor.Parse(Encoding.UTF8.GetBytes(json.Replace("\"D\"", $"\"{Empty}\"", StringComparison.Ordinal)), OciLimits.Default);
        }
        catch (OciFormatException)
        {
            // A refusal is the expected end; a member that nobody reads may pass.
        }
    }

    private static OciFormatException Refusal(string json) =>
        Assert.Throws<OciFormatException>(() => Descriptor.Parse(Encoding.UTF8.GetBytes(json), OciLimits.Default));
}
