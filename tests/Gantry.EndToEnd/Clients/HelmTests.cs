using System.Net;
using System.Text;
using Gantry.EndToEnd.Builds;

namespace Gantry.EndToEnd.Clients;

/// <summary>helm's requests, replayed: an emulation, for Debian has no helm. See <see cref="HelmReplay"/>.</summary>
public sealed class HelmTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_emulated_helm_signs_in_pushes_lists_and_pulls_charts(bool tls)
    {
        await using var story = await ClientStory.StartAsync(tls);
        using var stranger = new HelmReplay(story, "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, await stranger.LoginAsync());
        using var helm = new HelmReplay(story, story.Server.Password);
        Assert.Equal(HttpStatusCode.OK, await helm.LoginAsync());

        var (plain, signed) = (Chart("0.1.0", signed: false), Chart("1.2.3+build.5", signed: true));
        await helm.PushAsync("charts/hello", "0.1.0", plain);
        var digest = await helm.PushAsync("charts/hello", "1.2.3+build.5", signed);
        Assert.Equal(digest, await helm.PushAsync("charts/hello", "1.2.3+build.5", signed));
        Assert.Equal(["0.1.0", "1.2.3+build.5"], await helm.VersionsAsync("charts/hello"));

        AssertSame(plain, await helm.PullAsync("charts/hello", "0.1.0"));
        AssertSame(signed, await helm.PullAsync("charts/hello", "1.2.3+build.5"));
        Assert.Null(await helm.PullAsync("charts/hello", "9.9.9"));

        // What helm pushed is an artifact like any other, by the tag without a plus sign.
        (await story.SkopeoSignInAsync(story.Server.Password)).MustSucceed();
        var raw = (await story.Sandbox.SkopeoAsync(["inspect", "--raw", .. story.ContainersTrust(), $"docker://{story.Host}/charts/hello:1.2.3_build.5"])).MustSucceed().Json;
        Assert.Equal("application/vnd.cncf.helm.config.v1+json", raw.GetProperty("config").GetProperty("mediaType").GetString());
        Assert.Equal(2, raw.GetProperty("layers").GetArrayLength());
    }

    private static HelmChart Chart(string version, bool signed)
    {
        var yaml = $"apiVersion: v2\nname: hello\nversion: {version}\n";
        var package = new TarFile().File("hello/Chart.yaml", yaml).File("hello/templates/hello.yaml", "kind: ConfigMap\n").ToGzip();
        var provenance = signed ? Encoding.UTF8.GetBytes($"-----BEGIN PGP SIGNED MESSAGE-----\n{yaml}") : null;
        return new HelmChart("hello", Encoding.UTF8.GetBytes($$"""{"name":"hello","version":"{{version}}","apiVersion":"v2"}"""), package, provenance);
    }

    private static void AssertSame(HelmChart expected, HelmChart? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Name, actual.Name);
        Assert.Equal(expected.Config, actual.Config);
        Assert.Equal(expected.Package, actual.Package);
        Assert.Equal(expected.Provenance, actual.Provenance);
    }
}
