using System.Text;
using Gantry.Protocol.Oci;

namespace Gantry.Protocol.Tests.Oci;

public sealed class ImageConfigTests
{
    private static ImageConfig? Parse(string json) => ImageConfig.Parse(Encoding.UTF8.GetBytes(json), OciLimits.Default);

    [Fact]
    public void A_config_is_written_back_byte_for_byte()
    {
        const string Json =
            """
            {"created":"2026-01-01T00:00:00Z","author":"a","architecture":"arm64","variant":"v8","os":"linux","config":{"User":"app","ExposedPorts":{"53/udp":{},"80/tcp":{}},"Env":["PATH=/bin","X=<1>"],"Entrypoint":["/e"],"Cmd":[],"Healthcheck":{"Test":["CMD","x"],"Interval":5000000000,"Retries":3},"Volumes":{"/data":{}},"WorkingDir":"/w","OnBuild":["RUN x"],"Labels":{"a":"1","b":"2"},"StopSignal":"SIGINT","Shell":["/bin/sh"],"ArgsEscaped":true},"rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"history":[{"created":"2026-01-01T00:00:00Z","created_by":"COPY a /","comment":"c"},{"created_by":"ENV","empty_layer":true}],"docker_version":"1","foreign":{"deep":[1,2.50]}}
            """;
        var expected = Json.Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal);
        Assert.Equal(expected, Encoding.UTF8.GetString(Parse(Json)!.ToJson()));
    }

    [Fact]
    public void A_command_that_was_emptied_is_not_one_that_was_never_set()
    {
        Assert.Empty(Parse("""{"architecture":"a","os":"l","config":{"Cmd":[]}}""")!.Settings.Cmd!);
        Assert.Null(Parse("""{"architecture":"a","os":"l","config":{"Cmd":null}}""")!.Settings.Cmd);
    }

    [Theory]
    [InlineData("""{"architecture":"a","os":"l","rootfs":{"diff_ids":["x"]}}""", "rootfs.diff_ids[0]")]
    [InlineData("""{"architecture":"a","os":"l","config":[]}""", "config is an array")]
    [InlineData("""{"architecture":"a","os":"l","history":{}}""", "history is an object")]
    [InlineData("""{"architecture":"a","os":"l","config":{"Env":[1]}}""", "config.Env[0]")]
    public void A_broken_config_is_refused_at_its_place(string json, string place) =>
        Assert.Contains(place, Assert.Throws<OciFormatException>(() => Parse(json)).Message, StringComparison.Ordinal);
}
