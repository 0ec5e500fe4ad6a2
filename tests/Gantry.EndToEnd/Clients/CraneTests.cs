using Gantry.EndToEnd.Builds;

namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified crane against our server, over plain HTTP and over HTTPS with a private authority.</summary>
public sealed class CraneTests
{
    private static Task<ToolResult> CraneAsync(ClientStory story, params string[] arguments) =>
        story.RunAsync(RealClients.Unpacked("crane"), [.. arguments, .. Trust(story)]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pushes_a_layout_pulls_it_back_copies_tags_lists_and_deletes(bool tls)
    {
        await using var story = await StartAsync(tls);
        Task<ToolResult> Crane(params string[] arguments) => CraneAsync(story, arguments);
        var sample = SampleImages.WriteTo(Path.Join(story.Sandbox.Work, "sample"), indexAlone: true);
        var (repository, copy) = ($"{story.Host}/samples/image", $"{story.Host}/copies/image");

        Assert.Contains("401 Unauthorized", (await Crane("push", "sample", $"{repository}:all")).MustFail().Error, StringComparison.Ordinal);
        // Its login asks nobody; the first request shows whether the password was right.
        await SignInAsync(story, "wrong");
        Assert.Contains("UNAUTHORIZED: ", (await Crane("ls", repository)).MustFail().Error, StringComparison.Ordinal);
        await SignInAsync(story, story.Server.Password);

        Assert.Equal($"{repository}@{sample.All}", (await Crane("push", "sample", $"{repository}:all")).MustSucceed().Out.Trim());
        Assert.Equal(sample.All, (await Crane("digest", $"{repository}:all")).MustSucceed().Out.Trim());
        Assert.Equal(sample.Other, (await Crane("digest", "--platform", "linux/arm64", $"{repository}:all")).MustSucceed().Out.Trim());
        (await Crane("validate", "--remote", $"{repository}:all")).MustSucceed();
        (await Crane("pull", "--format", "oci", $"{repository}:all", "back")).MustSucceed();
        sample.AssertSameBlobs(Path.Join(story.Sandbox.Work, "back"));

        var copied = (await Crane("copy", $"{repository}:all", $"{copy}:all")).MustSucceed();
        Assert.Contains("mounted blob: ", copied.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("pushed blob: ", copied.Error, StringComparison.Ordinal);
        (await Crane("tag", $"{copy}:all", "newest")).MustSucceed();
        Assert.Equal(["all", "newest"], (await Crane("ls", copy)).MustSucceed().Lines);
        Assert.Equal(["copies/image", "samples/image"], (await Crane("catalog", story.Host)).MustSucceed().Lines);
        Assert.Equal(sample.All, (await Crane("digest", $"{copy}:newest")).MustSucceed().Out.Trim());

        // A tag goes alone, a manifest with all its tags.
        (await Crane("delete", $"{copy}:newest")).MustSucceed();
        Assert.Equal(["all"], (await Crane("ls", copy)).MustSucceed().Lines);
        (await Crane("delete", $"{copy}@{sample.All}")).MustSucceed();
        Assert.Contains("MANIFEST_UNKNOWN: manifest tagged by \"all\" is not found", (await Crane("manifest", $"{copy}:all")).MustFail().Error, StringComparison.Ordinal);
        Assert.Equal(sample.All, (await Crane("digest", $"{repository}:all")).MustSucceed().Out.Trim());

        (await story.RunAsync(RealClients.Unpacked("crane"), "auth", "logout", story.Host)).MustSucceed();
        Assert.Contains("UNAUTHORIZED", (await Crane("ls", repository)).MustFail().Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Makes_images_and_indexes_of_what_the_registry_holds(bool tls)
    {
        await using var story = await StartAsync(tls);
        Task<ToolResult> Crane(params string[] arguments) => CraneAsync(story, arguments);
        var repository = $"{story.Host}/made/image";
        await SignInAsync(story, story.Server.Password);
        await File.WriteAllBytesAsync(Path.Join(story.Sandbox.Work, "one.tar.gz"), new TarFile().File("one.txt", "one").ToGzip());
        await File.WriteAllBytesAsync(Path.Join(story.Sandbox.Work, "two.tar.gz"), new TarFile().File("two.txt", "two").ToGzip());

        (await Crane("append", "--oci-empty-base", "-f", "one.tar.gz", "-t", $"{repository}:one")).MustSucceed();
        (await Crane("append", "-b", $"{repository}:one", "-f", "two.tar.gz", "-t", $"{repository}:two")).MustSucceed();
        (await Crane("mutate", $"{repository}:two", "--label", "from=crane", "--set-platform", "linux/arm64", "-t", $"{repository}:arm")).MustSucceed();
        var config = (await Crane("config", $"{repository}:arm")).MustSucceed().Json;
        Assert.Equal("crane", config.GetProperty("config").GetProperty("Labels").GetProperty("from").GetString());
        Assert.Equal(2, config.GetProperty("rootfs").GetProperty("diff_ids").GetArrayLength());

        (await Crane("index", "append", "-m", $"{repository}:one", "-m", $"{repository}:arm", "-t", $"{repository}:all")).MustSucceed();
        var digests = (await Crane("manifest", $"{repository}:all")).MustSucceed().Json.GetProperty("manifests").EnumerateArray().Select(entry => entry.GetProperty("digest").GetString());
        Assert.Equal([(await Crane("digest", $"{repository}:one")).Out.Trim(), (await Crane("digest", $"{repository}:arm")).Out.Trim()], digests);
        (await Crane("validate", "--remote", $"{repository}:all")).MustSucceed();

        (await Crane("export", $"{repository}:arm", "files.tar")).MustSucceed();
        Assert.Equal("onetwo", (await story.Sandbox.ShellAsync("tar -xf files.tar && cat one.txt two.txt")).MustSucceed().Out);
        // docker's own form of an image, and back.
        (await Crane("pull", $"{repository}:two", "two.tar")).MustSucceed();
        (await Crane("push", "two.tar", $"{repository}:again")).MustSucceed();
        Assert.Equal((await Crane("config", $"{repository}:two")).MustSucceed().Out, (await Crane("config", $"{repository}:again")).MustSucceed().Out);
    }

    [Fact]
    public async Task Refuses_a_certificate_that_it_was_not_told_to_trust()
    {
        await using var story = await ClientStory.StartAsync(tls: true);
        await SignInAsync(story, story.Server.Password);
        (await CraneAsync(story, "catalog", story.Host)).MustFail();
    }

    private static async Task<ClientStory> StartAsync(bool tls)
    {
        var story = await ClientStory.StartAsync(tls);
        if (tls)
            story.Sandbox["SSL_CERT_FILE"] = story.Authority;
        return story;
    }

    private static string[] Trust(ClientStory story) => story.Tls ? [] : ["--insecure"];

    private static async Task SignInAsync(ClientStory story, string password) =>
        (await story.SignInAsync(RealClients.Unpacked("crane"), password, ["auth", "login", story.Host, "-u", story.Server.AppId, "--password-stdin", .. Trust(story)])).MustSucceed();
}
