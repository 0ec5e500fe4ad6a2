namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified containerd and its ctr against our server, over plain HTTP and over HTTPS with a private authority.</summary>
public sealed class ContainerdTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Imports_pushes_forgets_and_pulls_every_platform(bool tls)
    {
        await using var story = await ClientStory.StartAsync(tls);
        await using var containerd = await Containerd.StartAsync(story);
        var password = story.Server.Password;
        var sample = SampleImages.WriteTo(Path.Join(story.Sandbox.Work, "sample"), indexAlone: true);
        var (image, copy) = ($"{story.Host}/samples/image:all", $"{story.Host}/copies/image:all");
        (await story.Sandbox.ShellAsync("tar -C sample -cf sample.tar .")).MustSucceed();
        (await containerd.CtrAsync("images", "import", "--all-platforms", "--snapshotter", "native", "--base-name", $"{story.Host}/samples/image", "sample.tar")).MustSucceed();

        Assert.Contains("authorization failed", (await containerd.RemoteAsync(null, ["images", "push"], image)).MustFail().Error, StringComparison.Ordinal);
        Assert.Contains("401 Unauthorized", (await containerd.RemoteAsync("wrong", ["images", "push"], image)).MustFail().Error, StringComparison.Ordinal);
        (await containerd.RemoteAsync(password, ["images", "push"], image)).MustSucceed();
        // The second repository gets its blobs by mounts from the first, which containerd remembers.
        (await containerd.RemoteAsync(password, ["images", "pull"], "--all-platforms", "--snapshotter", "native", image)).MustSucceed();
        (await containerd.RemoteAsync(password, ["images", "push"], copy, image)).MustSucceed();

        // Without names nothing keeps the content: what is exported below came from the server.
        await ForgetAsync(containerd, image);
        Assert.Contains("authorization failed", (await containerd.RemoteAsync(null, ["images", "pull"], "--snapshotter", "native", copy)).MustFail().Error, StringComparison.Ordinal);
        (await containerd.RemoteAsync(password, ["images", "pull"], "--all-platforms", "--snapshotter", "native", copy)).MustSucceed();
        Assert.Equal([copy], (await containerd.CtrAsync("images", "ls", "-q")).MustSucceed().Lines);
        Assert.Contains(sample.All, (await containerd.CtrAsync("images", "ls")).MustSucceed().Out, StringComparison.Ordinal);
        (await containerd.CtrAsync("images", "export", "--all-platforms", "--skip-manifest-json", "back.tar", copy)).MustSucceed();
        (await story.Sandbox.ShellAsync("mkdir back && tar -C back -xf back.tar")).MustSucceed();
        sample.AssertSameBlobs(Path.Join(story.Sandbox.Work, "back"));
        await ForgetAsync(containerd, copy);

        // One platform, unpacked into files.
        (await containerd.RemoteAsync(password, ["images", "pull"], "--platform", "linux/arm64", "--snapshotter", "native", image)).MustSucceed();
        var platform = Directory.EnumerateFiles(Path.Join(story.Sandbox.Folder, "containerd", "root", "io.containerd.snapshotter.v1.native"), "platform", SearchOption.AllDirectories).Single();
        Assert.Equal("arm64", await File.ReadAllTextAsync(platform));
        await ForgetAsync(containerd, image);

        (await containerd.RemoteAsync(password, ["content", "fetch"], "--all-platforms", copy)).MustSucceed();
        var held = (await containerd.CtrAsync("content", "ls", "-q")).MustSucceed().Lines;
        Assert.Equal(Directory.EnumerateFiles(Path.Join(sample.Folder, "blobs", "sha256")).Select(file => $"sha256:{Path.GetFileName(file)}").Order(StringComparer.Ordinal), held.Order(StringComparer.Ordinal));
        Assert.EndsWith("/samples/image:none: not found\n", (await containerd.RemoteAsync(password, ["images", "pull"], "--snapshotter", "native", $"{story.Host}/samples/image:none")).MustFail().Error, StringComparison.Ordinal);
        await ForgetAsync(containerd, copy);
    }

    /// <summary>Returns when the garbage is collected.</summary>
    private static async Task ForgetAsync(Containerd containerd, string image)
    {
        (await containerd.CtrAsync("images", "rm", "--sync", image)).MustSucceed();
        Assert.Empty((await containerd.CtrAsync("content", "ls", "-q")).MustSucceed().Lines);
    }
}
