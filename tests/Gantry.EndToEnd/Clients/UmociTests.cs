namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified umoci, which makes and unpacks layouts; skopeo carries them to our server and back, over plain HTTP and over HTTPS with a private authority.</summary>
public sealed class UmociTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Makes_an_image_unpacks_it_after_the_registry_and_packs_a_change(bool tls)
    {
        await using var story = await ClientStory.StartAsync(tls);
        var sandbox = story.Sandbox;
        Task<ToolResult> Umoci(params string[] arguments) => story.RunAsync(RealClients.Installed("umoci"), arguments);
        var image = $"docker://{story.Host}/umoci/image";
        (await story.SkopeoSignInAsync(story.Server.Password)).MustSucceed();

        (await Umoci("init", "--layout", "made")).MustSucceed();
        (await Umoci("new", "--image", "made:1.0")).MustSucceed();
        sandbox.Write("hello.txt", "hello from umoci");
        (await Umoci("insert", "--rootless", "--image", "made:1.0", "hello.txt", "/hello.txt")).MustSucceed();
        (await Umoci("config", "--image", "made:1.0", "--config.label", "from=umoci")).MustSucceed();
        // insert leaves what it replaced in the layout; only what the tag reaches is compared.
        (await Umoci("gc", "--layout", "made")).MustSucceed();

        (await sandbox.SkopeoAsync(["copy", .. story.ContainersTrust("dest-"), "oci:made:1.0", $"{image}:1.0"])).MustSucceed();
        (await sandbox.SkopeoAsync(["copy", .. story.ContainersTrust("src-"), $"{image}:1.0", "oci:back:1.0"])).MustSucceed();
        (await sandbox.ShellAsync("diff -r made/blobs back/blobs")).MustSucceed();

        (await Umoci("unpack", "--rootless", "--image", "back:1.0", "bundle")).MustSucceed();
        var rootfs = Path.Join(sandbox.Work, "bundle", "rootfs");
        Assert.Equal("hello from umoci", await File.ReadAllTextAsync(Path.Join(rootfs, "hello.txt")));
        await File.WriteAllTextAsync(Path.Join(rootfs, "more.txt"), "more");
        File.Delete(Path.Join(rootfs, "hello.txt"));
        (await Umoci("repack", "--image", "back:2.0", "bundle")).MustSucceed();
        (await sandbox.SkopeoAsync(["copy", .. story.ContainersTrust("dest-"), "oci:back:2.0", $"{image}:2.0"])).MustSucceed();

        (await sandbox.SkopeoAsync(["copy", .. story.ContainersTrust("src-"), $"{image}:2.0", "oci:again:2.0"])).MustSucceed();
        (await Umoci("unpack", "--rootless", "--image", "again:2.0", "second")).MustSucceed();
        Assert.Equal(["more.txt"], Directory.EnumerateFiles(Path.Join(sandbox.Work, "second", "rootfs")).Select(Path.GetFileName));
        Assert.Contains("\"from\": \"umoci\"", (await sandbox.SkopeoAsync(["inspect", .. story.ContainersTrust(), $"{image}:2.0"])).MustSucceed().Out, StringComparison.Ordinal);
    }
}
