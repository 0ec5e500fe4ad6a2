using System.Text;
using Gantry.Protocol.Oci;

namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified skopeo against our server, over plain HTTP and over HTTPS with a private authority.</summary>
public sealed class SkopeoTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copies_a_layout_of_ours_there_and_back_inspects_lists_and_deletes(bool tls)
    {
        await using var story = await ClientStory.StartAsync(tls);
        var sandbox = story.Sandbox;
        var digest = await WriteImageAsync(sandbox);
        var image = $"docker://{story.Host}/samples/image";

        (await sandbox.SkopeoAsync(["copy", .. story.ContainersTrust("dest-"), "oci:layout:1.0", $"{image}:early"])).MustFail();
        Assert.Contains("invalid username/password", (await story.SkopeoSignInAsync("wrong")).MustFail().Error, StringComparison.Ordinal);
        (await story.SkopeoSignInAsync(story.Server.Password)).MustSucceed();

        (await sandbox.SkopeoAsync(["copy", .. story.ContainersTrust("dest-"), "oci:layout:1.0", $"{image}:1.0"])).MustSucceed();
        (await sandbox.SkopeoAsync(["copy", .. story.ContainersTrust("src-"), .. story.ContainersTrust("dest-"), $"{image}:1.0", $"{image}:1.1"])).MustSucceed();
        var inspected = (await sandbox.SkopeoAsync(["inspect", .. story.ContainersTrust(), $"{image}:1.0"])).MustSucceed().Json;
        Assert.Equal(digest, inspected.GetProperty("Digest").GetString());
        Assert.Equal("amd64", inspected.GetProperty("Architecture").GetString());
        Assert.Equal(["1.0", "1.1"], await TagsAsync(story, image));

        if (tls)
            Assert.Contains("certificate signed by unknown authority", (await sandbox.SkopeoAsync("list-tags", image)).MustFail().Error, StringComparison.Ordinal);

        (await sandbox.SkopeoAsync(["copy", .. story.ContainersTrust("src-"), $"{image}:1.1", "oci:back:1.1"])).MustSucceed();
        Assert.Equal(digest, (await sandbox.GantryAsync("resolve", "--oci-layout", "back:1.1")).MustSucceed().Out.Trim());
        (await sandbox.ShellAsync("diff -r layout/blobs back/blobs")).MustSucceed();

        // A manifest goes with all its tags.
        (await sandbox.SkopeoAsync(["delete", .. story.ContainersTrust(), $"{image}:1.0"])).MustSucceed();
        var gone = (await sandbox.SkopeoAsync(["inspect", .. story.ContainersTrust(), $"{image}:1.1"])).MustFail();
        Assert.Contains("manifest unknown: manifest tagged by \\\"1.1\\\" is not found", gone.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copies_every_platform_or_one_by_its_digest(bool tls)
    {
        await using var story = await ClientStory.StartAsync(tls);
        var sample = SampleImages.WriteTo(Path.Join(story.Sandbox.Work, "sample"));
        var image = $"docker://{story.Host}/samples/image";
        (await story.SkopeoSignInAsync(story.Server.Password)).MustSucceed();

        (await story.Sandbox.SkopeoAsync(["copy", "--all", .. story.ContainersTrust("dest-"), "oci:sample:all", $"{image}:all"])).MustSucceed();
        Assert.Equal(sample.All, await RawDigestAsync(story, $"{image}:all"));
        var other = (await story.Sandbox.SkopeoAsync(["--override-arch", "arm64", "inspect", .. story.ContainersTrust(), $"{image}:all"])).MustSucceed().Json;
        Assert.Equal("arm64", other.GetProperty("Architecture").GetString());

        (await story.Sandbox.SkopeoAsync(["copy", "--all", .. story.ContainersTrust("src-"), $"{image}:all", "oci:back:all"])).MustSucceed();
        sample.AssertSameBlobs(Path.Join(story.Sandbox.Work, "back"));
        (await story.Sandbox.SkopeoAsync(["copy", .. story.ContainersTrust("src-"), $"{image}@{sample.Other}", "oci:one:arm64"])).MustSucceed();
        sample.AssertSomeOfTheBlobs(Path.Join(story.Sandbox.Work, "one"));
        Assert.Equal(sample.Other, (await story.Sandbox.GantryAsync("resolve", "--oci-layout", "one:arm64")).MustSucceed().Out.Trim());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Converts_to_dockers_format_and_synchronizes_repositories(bool tls)
    {
        await using var story = await ClientStory.StartAsync(tls);
        var sandbox = story.Sandbox;
        var sample = SampleImages.WriteTo(Path.Join(sandbox.Work, "sample"));
        var image = $"docker://{story.Host}/samples/image";
        (await story.SkopeoSignInAsync(story.Server.Password)).MustSucceed();
        (await sandbox.SkopeoAsync(["copy", "--all", .. story.ContainersTrust("dest-"), "oci:sample:all", $"{image}:all"])).MustSucceed();

        (await sandbox.SkopeoAsync(["copy", "--format", "v2s2", "--digestfile", "digest", .. story.ContainersTrust("dest-"), "oci:sample:1.0", $"{image}:docker"])).MustSucceed();
        var converted = (await sandbox.SkopeoAsync(["inspect", "--raw", .. story.ContainersTrust(), $"{image}:docker"])).MustSucceed().Json;
        Assert.Equal("application/vnd.docker.distribution.manifest.v2+json", converted.GetProperty("mediaType").GetString());
        Assert.Equal(await File.ReadAllTextAsync(Path.Join(sandbox.Work, "digest")), await RawDigestAsync(story, $"{image}:docker"));

        (await sandbox.SkopeoAsync(["sync", "--all", .. story.ContainersTrust("src-"), "--src", "docker", "--dest", "dir", $"{story.Host}/samples/image", "synced"])).MustSucceed();
        (await sandbox.SkopeoAsync(["sync", "--all", .. story.ContainersTrust("dest-"), "--src", "dir", "--dest", "docker", "synced", $"{story.Host}/first"])).MustSucceed();
        (await sandbox.SkopeoAsync(["sync", "--all", .. story.ContainersTrust("src-"), .. story.ContainersTrust("dest-"), "--src", "docker", "--dest", "docker", $"{story.Host}/first/image", $"{story.Host}/second"])).MustSucceed();
        var mirror = $"docker://{story.Host}/second/image";
        Assert.Equal(["all", "docker"], await TagsAsync(story, mirror));
        Assert.Equal(sample.All, await RawDigestAsync(story, $"{mirror}:all"));
        Assert.Equal(await File.ReadAllTextAsync(Path.Join(sandbox.Work, "digest")), await RawDigestAsync(story, $"{mirror}:docker"));
    }

    private static async Task<IEnumerable<string?>> TagsAsync(ClientStory story, string repository) =>
        (await story.Sandbox.SkopeoAsync(["list-tags", .. story.ContainersTrust(), repository])).MustSucceed().Json.GetProperty("Tags").EnumerateArray().Select(tag => tag.GetString());

    /// <summary>The digest of the bytes that the server serves as the manifest.</summary>
    private static async Task<string> RawDigestAsync(ClientStory story, string reference) =>
        Digest.Of(Encoding.UTF8.GetBytes((await story.Sandbox.SkopeoAsync(["inspect", "--raw", .. story.ContainersTrust(), reference])).MustSucceed().Out)).ToString();

    /// <summary>An image of one layer in the folder <c>layout</c>, packed by our own program.</summary>
    private static async Task<string> WriteImageAsync(Sandbox sandbox)
    {
        sandbox.Write("file.txt", "inside");
        (await sandbox.ShellAsync("tar -cf layer.tar file.txt && gzip -kn layer.tar")).MustSucceed();
        var diff = Digest.Of(await File.ReadAllBytesAsync(Path.Combine(sandbox.Work, "layer.tar")));
        sandbox.Write("config.json", $$$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{diff}}}"]}}""");
        return (await sandbox.GantryAsync("push", "--oci-layout", "layout:1.0", "--config", "config.json:application/vnd.oci.image.config.v1+json",
            "layer.tar.gz:application/vnd.oci.image.layer.v1.tar+gzip")).MustSucceed().Digest;
    }
}
