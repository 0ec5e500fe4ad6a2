using Gantry.EndToEnd.Builds;

namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified podman against our server, over plain HTTP and over HTTPS with a private authority.</summary>
public sealed class PodmanTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signs_in_pushes_pulls_lists_and_pushes_a_list_of_every_platform(bool tls)
    {
        await using var story = await ClientStory.StartAsync(tls);
        WriteTrust(story);
        var podman = new Podman(story.Sandbox);
        var trust = story.ContainersTrust();
        var sample = SampleImages.WriteTo(Path.Join(story.Sandbox.Work, "sample"));
        var image = $"{story.Host}/samples/image";
        var id = (await podman.RunAsync("pull", "-q", "oci:sample:1.0")).MustSucceed().Out.Trim();

        (await podman.RunAsync(["push", .. trust, id, $"docker://{image}:early"])).MustFail();
        string[] login = ["login", .. trust, "-u", story.Server.AppId, "--password-stdin", story.Host];
        Assert.Contains("invalid username/password", (await podman.RunAsync("wrong", login)).MustFail().Error, StringComparison.Ordinal);
        Assert.Contains("Login Succeeded!", (await podman.RunAsync(story.Server.Password, login)).MustSucceed().Out, StringComparison.Ordinal);

        // A list's members are pushed byte for byte. After the push below, podman would put layers that it compressed itself in their place.
        (await podman.RunAsync("manifest", "create", "every")).MustSucceed();
        (await podman.RunAsync("manifest", "add", "--all", "every", "oci:sample:all")).MustSucceed();
        (await podman.RunAsync(["manifest", "push", "--all", .. trust, "every", $"docker://{image}:every"])).MustSucceed();
        (await podman.RunAsync("manifest", "rm", "every")).MustSucceed();
        var members = (await podman.RunAsync("manifest", "inspect", $"{image}:every")).MustSucceed().Json.GetProperty("manifests").EnumerateArray();
        Assert.Equal(new[] { sample.Image, sample.Other }.Order(), members.Select(member => member.GetProperty("digest").GetString()).Order());
        var other = (await podman.RunAsync(["pull", "-q", .. trust, "--platform", "linux/arm64", $"{image}:every"])).MustSucceed().Out.Trim();
        Assert.Equal("arm64", (await podman.RunAsync("image", "inspect", "--format", "{{.Architecture}}", other)).MustSucceed().Out.Trim());

        // An image's id is its config's digest, and the config names every layer's content.
        (await podman.RunAsync(["push", .. trust, "--format", "oci", id, $"docker://{image}:1.0"])).MustSucceed();
        (await podman.RunAsync("rmi", "-f", id)).MustSucceed();
        Assert.Equal(id, (await podman.RunAsync(["pull", "-q", .. trust, $"{image}:1.0"])).MustSucceed().Out.Trim());
        var mounted = (await podman.RunAsync("image", "mount", id)).MustSucceed().Out.Trim();
        var hello = await File.ReadAllTextAsync(Path.Join(mounted, "hello.txt"));
        (await podman.RunAsync("image", "unmount", id)).MustSucceed();
        Assert.Equal(SampleImages.Hello, hello);

        // Both answer with a table under its headings.
        var tags = (await podman.RunAsync("search", "--list-tags", image)).MustSucceed().Lines.Skip(1);
        Assert.Equal([$"{image} 1.0", $"{image} every"], tags.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Equal([image], (await podman.RunAsync("search", $"{story.Host}/samples")).MustSucceed().Lines.Skip(1).Select(line => line.Trim()));
        var unknown = (await podman.RunAsync(["pull", .. trust, $"{image}:none"])).MustFail();
        Assert.Contains("manifest unknown: manifest tagged by \"none\" is not found", unknown.Error, StringComparison.Ordinal);

        (await podman.RunAsync("logout", story.Host)).MustSucceed();
        (await podman.RunAsync(["push", .. trust, id, $"docker://{image}:late"])).MustFail();
    }

    /// <summary>What a machine's owner sets once, for the commands that have no flag for it: <c>search</c> and <c>manifest inspect</c>.</summary>
    private static void WriteTrust(ClientStory story)
    {
        var settings = Path.Join(story.Sandbox["HOME"], ".config", "containers");
        var certificates = Directory.CreateDirectory(Path.Join(settings, "certs.d", story.Host)).FullName;
        if (story.Tls)
            File.Copy(story.Authority, Path.Join(certificates, "ca.crt"));
        File.WriteAllText(Path.Join(settings, "registries.conf"), $"[[registry]]\nlocation = \"{story.Host}\"\ninsecure = {(story.Tls ? "false" : "true")}\n");
        story.Sandbox["CONTAINERS_REGISTRIES_CONF"] = Path.Join(settings, "registries.conf");
    }
}
