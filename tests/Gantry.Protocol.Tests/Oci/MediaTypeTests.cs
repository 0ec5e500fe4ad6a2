using Gantry.Protocol.Oci;

namespace Gantry.Protocol.Tests.Oci;

public sealed class MediaTypeTests
{
    [Theory]
    [InlineData("application/vnd.oci.image.manifest.v1+json", true)]
    [InlineData("text/plain", true)]
    [InlineData("artifact/example", true)]
    [InlineData("no-slash", false)]
    [InlineData("a/b/c", false)]
    [InlineData("a/", false)]
    [InlineData("/b", false)]
    [InlineData("+a/b", false)]
    [InlineData("a/b;c=d", false)]
    public void The_strict_question_follows_rfc_6838(string text, bool wellFormed) => Assert.Equal(wellFormed, MediaType.Parse(text).IsWellFormed);

    [Fact]
    public void What_rfc_6838_refuses_is_still_stored_as_it_is() => Assert.Equal("my type", MediaType.Parse("my type").ToString());

    [Theory]
    [InlineData("")]
    [InlineData("a/b\n")]
    [InlineData("a\0/b")]
    [InlineData("a/b\u0085")]
    public void Empty_text_and_control_characters_are_refused(string text) => Assert.Throws<FormatException>(() => MediaType.Parse(text));

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void Length_is_bounded(int length, bool accepted) => Assert.Equal(accepted, MediaType.TryParse(new string('a', length), out _));

    [Theory]
    [InlineData("application/json; charset=utf-8", "application/json")]
    [InlineData("  application/json ", "application/json")]
    [InlineData("application/json;", "application/json")]
    public void A_header_loses_its_parameters(string header, string expected)
    {
        Assert.True(MediaType.TryParseHeader(header, out var type));
        Assert.Equal(expected, type.ToString());
    }

    [Fact]
    public void A_header_with_nothing_before_its_parameters_is_no_media_type() => Assert.False(MediaType.TryParseHeader(" ; charset=utf-8", out _));

    [Fact]
    public void Every_manifest_type_is_of_exactly_one_kind()
    {
        MediaType[] manifests =
        [
            MediaTypes.ImageManifest, MediaTypes.ImageIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList,
            MediaTypes.ArtifactManifest, MediaTypes.OrasArtifactManifest,
        ];
        foreach (var type in manifests)
        {
            Assert.True(type.IsManifest);
            Assert.Equal(1, (type.IsImageManifest ? 1 : 0) + (type.IsIndex ? 1 : 0) + (type.IsArtifactManifest ? 1 : 0));
        }
        Assert.False(MediaTypes.ImageConfig.IsManifest);
        Assert.False(MediaTypes.DockerManifestSchema1.IsManifest);
        Assert.True(MediaTypes.DockerManifestSchema1Signed.IsSchema1);
        Assert.False(default(MediaType).IsManifest);
    }

    [Fact]
    public void Case_matters_as_it_does_to_every_registry() =>
        Assert.NotEqual(MediaTypes.ImageManifest, MediaType.Parse("application/vnd.OCI.image.manifest.v1+json"));
}
