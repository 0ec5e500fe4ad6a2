using System.Text;
using Gantry.Protocol.Oci;

namespace Gantry.Protocol.Tests.Oci;

public sealed class PlatformTests
{
    [Theory]
    [InlineData("linux", "linux", "amd64", null, null)]
    [InlineData("linux/arm64", "linux", "arm64", null, null)]
    [InlineData("linux/arm/v7", "linux", "arm", "v7", null)]
    [InlineData("windows/amd64:10.0.20348.768", "windows", "amd64", null, "10.0.20348.768")]
    [InlineData("linux/arm/v7:1", "linux", "arm", "v7", "1")]
    public void The_command_lines_form_is_read(string text, string os, string architecture, string? variant, string? version)
    {
        var platform = Platform.TryParse(text, "amd64", out var problem);
        Assert.Null(problem);
        Assert.Equal(new Platform { Os = os, Architecture = architecture, Variant = variant, OsVersion = version }, platform);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/amd64")]
    [InlineData("linux/")]
    [InlineData("linux//v7")]
    [InlineData("linux/arm/v7/x")]
    public void Empty_and_surplus_parts_are_refused(string text)
    {
        Assert.Null(Platform.TryParse(text, "amd64", out var problem));
        Assert.NotNull(problem);
    }

    [Fact]
    public void What_is_wanted_less_exactly_matches_more()
    {
        var offered = new Platform { Os = "linux", Architecture = "arm", Variant = "v7", OsFeatures = ["a", "b"] };
        Assert.True(offered.Satisfies(new Platform { Os = "linux", Architecture = "arm" }));
        Assert.True(offered.Satisfies(new Platform { Os = "linux", Architecture = "arm", Variant = "v7", OsFeatures = ["b"] }));
        Assert.False(offered.Satisfies(new Platform { Os = "linux", Architecture = "arm", Variant = "v8" }));
        Assert.False(offered.Satisfies(new Platform { Os = "linux", Architecture = "arm", OsFeatures = ["c"] }));
        Assert.False(offered.Satisfies(new Platform { Os = "linux", Architecture = "arm64" }));
        Assert.False(offered.Satisfies(new Platform { Os = "linux", Architecture = "arm", OsVersion = "1" }));
    }

    [Fact]
    public void A_config_without_a_platform_is_an_artifacts() => Assert.Null(ImageConfig.Parse("{}"u8.ToArray(), OciLimits.Default));

    [Fact]
    public void An_images_config_names_its_platform()
    {
        var config = ImageConfig.Parse(Encoding.UTF8.GetBytes("""{"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z","rootfs":{"type":"layers"}}"""), OciLimits.Default);
        Assert.Equal("amd64", config?.Platform.Architecture);
        Assert.Equal("2026-01-01T00:00:00Z", config?.Created);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"architecture\":5}")]
    public void A_config_that_is_no_object_is_refused(string json) =>
        Assert.Throws<OciFormatException>(() => ImageConfig.Parse(Encoding.UTF8.GetBytes(json), OciLimits.Default));
}
