namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified docker CLI, without a daemon, against our server: sign-in and lists of manifests are its own work.</summary>
public sealed class DockerTests
{
    private static string Docker => RealClients.Unpacked("docker");

    [Fact]
    public async Task Signs_in_over_HTTPS_with_a_private_authority()
    {
        await using var story = await ClientStory.StartAsync(tls: true);
        string[] login = ["login", "--username", story.Server.AppId, "--password-stdin", story.Host];
        Assert.Contains("certificate signed by unknown authority", (await story.SignInAsync(Docker, story.Server.Password, login)).MustFail().Error, StringComparison.Ordinal);
        story.Sandbox["SSL_CERT_FILE"] = story.Authority;
        Assert.Contains("unauthorized: ", (await story.SignInAsync(Docker, "wrong", login)).MustFail().Error, StringComparison.Ordinal);
        Assert.Contains("Login Succeeded", (await story.SignInAsync(Docker, story.Server.Password, login)).MustSucceed().Out, StringComparison.Ordinal);
        var stored = await File.ReadAllTextAsync(Path.Join(story.Sandbox["DOCKER_CONFIG"], "config.json"));
        Assert.Contains(story.Host, stored, StringComparison.Ordinal);
        (await story.RunAsync(Docker, "logout", story.Host)).MustSucceed();
        Assert.DoesNotContain(story.Host, await File.ReadAllTextAsync(Path.Join(story.Sandbox["DOCKER_CONFIG"], "config.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Inspects_manifests_and_pushes_a_list_of_every_platform(bool tls)
    {
        await using var story = await ClientStory.StartAsync(tls);
        if (tls)
            story.Sandbox["SSL_CERT_FILE"] = story.Authority;
        string[] insecure = tls ? [] : ["--insecure"];
        Task<ToolResult> Manifest(string verb, params string[] arguments) => story.RunAsync(Docker, ["manifest", verb, .. arguments]);
        var sample = SampleImages.WriteTo(Path.Join(story.Sandbox.Work, "sample"));
        var (image, list) = ($"{story.Host}/samples/image", $"{story.Host}/lists/image");

        var refused = (await Manifest("inspect", [.. insecure, $"{image}:all"])).MustFail();
        Assert.Contains("unauthorized: authentication required", refused.Error, StringComparison.Ordinal);
        // Its own login insists on HTTPS, but it takes what skopeo stored in the file that they share.
        (await story.SkopeoSignInAsync(story.Server.Password)).MustSucceed();
        (await story.Sandbox.SkopeoAsync(["copy", "--all", .. story.ContainersTrust("dest-"), "oci:sample:all", $"docker://{image}:all"])).MustSucceed();

        var index = (await Manifest("inspect", [.. insecure, $"{image}:all"])).MustSucceed().Json.GetProperty("manifests");
        Assert.Equal([sample.Image, sample.Other], index.EnumerateArray().Select(entry => entry.GetProperty("digest").GetString()));
        Assert.Contains("no such manifest", (await Manifest("inspect", [.. insecure, $"{image}:none"])).MustFail().Error, StringComparison.Ordinal);

        // A list in another repository: the manifests are copied there and their blobs mounted.
        (await Manifest("create", [.. insecure, $"{list}:1.0", $"{image}@{sample.Image}", $"{image}@{sample.Other}"])).MustSucceed();
        (await Manifest("annotate", $"{list}:1.0", $"{image}@{sample.Other}", "--variant", "v8")).MustSucceed();
        var pushed = (await Manifest("push", [.. insecure, "--purge", $"{list}:1.0"])).MustSucceed().Lines[^1];
        var copied = (await story.Sandbox.SkopeoAsync(["copy", "--all", .. story.ContainersTrust("src-"), $"docker://{list}@{pushed}", "oci:back:1.0"])).MustSucceed();
        Assert.Contains("Copying 2 of 2 images", copied.Out, StringComparison.Ordinal);
        (await story.Sandbox.ShellAsync($"rm back/blobs/{pushed.Replace(':', '/')}")).MustSucceed();
        sample.AssertSomeOfTheBlobs(Path.Join(story.Sandbox.Work, "back"));
        var entries = (await Manifest("inspect", [.. insecure, $"{list}:1.0"])).MustSucceed().Json.GetProperty("manifests").EnumerateArray();
        var other = entries.Single(entry => entry.GetProperty("digest").GetString() == sample.Other);
        Assert.Equal("v8", other.GetProperty("platform").GetProperty("variant").GetString());
    }
}
