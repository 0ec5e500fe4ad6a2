namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified buildah against our server, over plain HTTP and over HTTPS with a private authority.</summary>
public sealed class BuildahTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Builds_from_scratch_pushes_and_builds_on_what_it_pulls_back(bool tls)
    {
        await using var story = await ClientStory.StartAsync(tls);
        WriteSettings(story.Sandbox);
        Task<ToolResult> Buildah(params string[] arguments) => story.RunAsync(RealClients.Installed("buildah"), arguments);
        var trust = story.ContainersTrust();
        var image = $"{story.Host}/builds/image";
        story.Sandbox.Write("hello.txt", "hello from buildah");

        var container = (await Buildah("from", "scratch")).MustSucceed().Out.Trim();
        (await Buildah("copy", container, "hello.txt", "/hello.txt")).MustSucceed();
        (await Buildah("config", "--label", "from=buildah", container)).MustSucceed();
        (await Buildah("commit", "--rm", "--timestamp", "0", container, "made")).MustSucceed();

        (await Buildah(["push", .. trust, "made", $"docker://{image}:early"])).MustFail();
        var refused = (await Buildah(["push", .. trust, "--creds", $"{story.Server.AppId}:wrong", "made", $"docker://{image}:early"])).MustFail();
        Assert.Contains("invalid username/password", refused.Error, StringComparison.Ordinal);
        string[] login = ["login", .. trust, "-u", story.Server.AppId, "--password-stdin", story.Host];
        (await story.SignInAsync(RealClients.Installed("buildah"), "wrong", login)).MustFail();
        (await story.SignInAsync(RealClients.Installed("buildah"), story.Server.Password, login)).MustSucceed();

        (await Buildah(["push", .. trust, "--digestfile", "pushed", "made", $"docker://{image}:1.0"])).MustSucceed();
        var digest = await File.ReadAllTextAsync(Path.Join(story.Sandbox.Work, "pushed"));
        // The same image into a layout beside the registry: what comes out of the registry equals it byte for byte.
        (await Buildah("push", "made", "oci:beside:1.0")).MustSucceed();
        (await story.Sandbox.SkopeoAsync(["copy", .. story.ContainersTrust("src-"), $"docker://{image}@{digest}", "oci:back:1.0"])).MustSucceed();
        (await story.Sandbox.ShellAsync("diff -r beside/blobs back/blobs")).MustSucceed();

        (await Buildah("rmi", "made")).MustSucceed();
        var next = (await Buildah(["from", .. trust, $"docker://{image}:1.0"])).MustSucceed().Out.Trim().Split('\n')[^1];
        var mounted = (await Buildah("mount", next)).MustSucceed().Out.Trim();
        var hello = await File.ReadAllTextAsync(Path.Join(mounted, "hello.txt"));
        (await Buildah("umount", next)).MustSucceed();
        Assert.Equal("hello from buildah", hello);
        // Nothing of the store is left, so that the next pull brings it all, this time as the base of a build.
        (await Buildah("rm", next)).MustSucceed();
        (await Buildah("rmi", "--all", "--force")).MustSucceed();
        story.Sandbox.Write("Dockerfile", $"FROM {image}:1.0\nCOPY hello.txt /again.txt\n");
        (await Buildah(["build", .. trust, "--timestamp", "0", "--tag", $"{image}:2.0", "."])).MustSucceed();
        (await Buildah(["push", .. trust, $"{image}:2.0"])).MustSucceed();

        (await Buildah("manifest", "create", "every")).MustSucceed();
        (await Buildah(["manifest", "add", .. trust, "every", $"docker://{image}:1.0"])).MustSucceed();
        (await Buildah(["manifest", "add", .. trust, "--arch", "arm64", "every", $"docker://{image}:2.0"])).MustSucceed();
        (await Buildah(["manifest", "push", .. trust, "--all", "every", $"docker://{image}:every"])).MustSucceed();
        var every = (await story.Sandbox.SkopeoAsync(["inspect", "--raw", .. story.ContainersTrust(), $"docker://{image}:every"])).MustSucceed().Json.GetProperty("manifests");
        Assert.Equal(digest, every[0].GetProperty("digest").GetString());
        Assert.Equal("arm64", every[1].GetProperty("platform").GetProperty("architecture").GetString());

        var unknown = (await Buildah(["pull", .. trust, $"docker://{image}:none"])).MustFail();
        Assert.Contains("manifest unknown: manifest tagged by \"none\" is not found", unknown.Error, StringComparison.Ordinal);
        (await Buildah("logout", story.Host)).MustSucceed();
        (await Buildah(["pull", .. trust, $"docker://{image}:every"])).MustFail();
    }

    /// <summary>Nothing of the machine's own settings: no registry is searched, every image is trusted, the plainest storage serves.</summary>
    private static void WriteSettings(Sandbox sandbox)
    {
        var settings = Directory.CreateDirectory(Path.Join(sandbox["HOME"], ".config", "containers")).FullName;
        File.WriteAllText(Path.Join(settings, "policy.json"), """{"default":[{"type":"insecureAcceptAnything"}]}""");
        sandbox.Write("storage.conf", $"[storage]\ndriver = \"vfs\"\nrunroot = \"{sandbox.Folder}/run\"\ngraphroot = \"{sandbox.Folder}/store\"\n");
        sandbox.Write("registries.conf", "unqualified-search-registries = []\n");
        sandbox["CONTAINERS_STORAGE_CONF"] = Path.Join(sandbox.Work, "storage.conf");
        sandbox["CONTAINERS_REGISTRIES_CONF"] = Path.Join(sandbox.Work, "registries.conf");
    }
}
