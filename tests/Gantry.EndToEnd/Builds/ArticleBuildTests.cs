using System.Text.Json;

namespace Gantry.EndToEnd.Builds;

/// <summary>The article's last section as printed: a Dockerfile stored as an artifact, and an image built from it. Only the hosts differ.</summary>
public sealed class ArticleBuildTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_image_is_built_from_a_Dockerfile_that_is_an_artifact_and_other_programs_read_and_run_it(bool tls)
    {
        using var sandbox = new Sandbox();
        await using var mirror = await MirrorServer.StartAsync();
        await using var server = await GantryServer.StartAsync(sandbox, tls, mirror.Options);
        await sandbox.LinkAsync("oras");
        await sandbox.LinkAsync("az");
        sandbox["SP_APP_ID"] = server.AppId;
        sandbox["SP_PASSWD"] = server.Password;
        sandbox["SP_TENANT"] = server.Tenant;
        sandbox["GANTRY_SERVER"] = server.Url.ToString().TrimEnd('/').Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        if (tls)
            sandbox["SSL_CERT_FILE"] = Path.Combine(sandbox.Folder, "ca.pem");
        var https = tls ? " --plain-http=false" : "";

        (await sandbox.ShellAsync("echo \"FROM mcr.microsoft.com/hello-world\" > hello-world.dockerfile")).MustSucceed();
        (await sandbox.ShellAsync("az login --service-principal -u $SP_APP_ID -p $SP_PASSWD --tenant $SP_TENANT")).MustSucceed();
        (await sandbox.ShellAsync("az acr login --name myregistry")).MustSucceed();
        (await sandbox.ShellAsync($"oras push{https} {server.Host}/dockerfile:1.0 hello-world.dockerfile")).MustSucceed();
        var build = await sandbox.ShellAsync($"""
            az acr build --registry myregistry --image builds/hello-world:v1 \
              --file hello-world.dockerfile \
              oci://{server.Host}/dockerfile:1.0
            """);

        build.MustSucceed();
        Assert.Matches(@"(?m)^(WARNING: )?Queued a build with ID: [a-z]{2}\d+$", build.Error);
        Assert.Matches(@"(?m)^Run ID: [a-z]{2}1 was successful after \d+s$", build.Out);
        Assert.Contains("FROM mcr.microsoft.com/hello-world", build.Out, StringComparison.Ordinal);
        var show = (await sandbox.ShellAsync("az acr repository show --name myregistry --image builds/hello-world:v1")).MustSucceed().Json;
        var digest = show.GetProperty("digest").GetString()!;
        Assert.Contains($"v1: digest: {digest} size: ", build.Out, StringComparison.Ordinal);
        Assert.Equal(
            $$"""
            - image:
                registry: {{server.Host}}
                repository: builds/hello-world
                tag: v1
                digest: {{digest}}
              runtime-dependency:
                registry: mcr.microsoft.com
                repository: hello-world
                tag: latest
                digest: {{mirror.HelloDigest}}
              git: {}

            """,
            build.Out[build.Out.IndexOf("- image:", StringComparison.Ordinal)..build.Out.IndexOf("\nRun ID:", StringComparison.Ordinal)], ignoreLineEndingDifferences: true);
        await AssertReadAsync(sandbox, server, tls);
        Assert.Equal(0, await server.StopAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sandbox.Folder, "data", "work")));
    }

    [Fact]
    public async Task Runs_are_listed_shown_and_their_logs_read_again()
    {
        using var sandbox = new Sandbox();
        await using var mirror = await MirrorServer.StartAsync();
        await using var server = await GantryServer.StartAsync(sandbox, more: mirror.Options);
        (await ArticleTests.SignInAsync(sandbox, server)).MustSucceed();
        sandbox.Write("ctx/Dockerfile", "FROM mcr.microsoft.com/hello-world\nCOPY greeting /\n");
        sandbox.Write("ctx/greeting", "hello\n");
        string[] registry = ["--registry", server.Host];

        var build = (await sandbox.GantryAsync(["acr", "build", .. registry, "-t", "greetings:{{.Run.ID}}", "ctx"])).MustSucceed();
        var id = build.Error.Split("ID: ")[1].Split('\n')[0].Trim();
        Assert.Contains("Packing source code into tar to upload...", build.Error, StringComparison.Ordinal);
        Assert.Contains("Step 2/2 : COPY greeting /", build.Out, StringComparison.Ordinal);

        var run = (await sandbox.GantryAsync(["acr", "task", "show-run", .. registry, "--run-id", id])).MustSucceed().Json;
        Assert.Equal("Succeeded", run.GetProperty("status").GetString());
        var image = Assert.Single(run.GetProperty("outputImages").EnumerateArray());
        Assert.Equal(id, image.GetProperty("tag").GetString());
        Assert.Equal("greetings", image.GetProperty("repository").GetString());
        Assert.Equal([id], (await sandbox.GantryAsync(["acr", "task", "list-runs", .. registry])).MustSucceed().Json.EnumerateArray().Select(each => each.GetProperty("runId").GetString()));
        Assert.Equal(build.Out, (await sandbox.GantryAsync(["acr", "task", "logs", .. registry, "--run-id", id])).MustSucceed().Out);
        Assert.Equal(image.GetProperty("digest").GetString(), (await sandbox.GantryAsync("resolve", $"{server.Host}/greetings:{id}")).MustSucceed().Out.Trim());
        (await sandbox.GantryAsync(["acr", "task", "cancel-run", .. registry, "--run-id", id])).MustFail();
    }

    /// <summary>skopeo, umoci and podman agree that it is an image, and it does what it is for.</summary>
    private static async Task AssertReadAsync(Sandbox sandbox, GantryServer server, bool tls)
    {
        sandbox["REGISTRY_AUTH_FILE"] = Path.Combine(sandbox["DOCKER_CONFIG"], "config.json");
        var image = $"{server.Host}/builds/hello-world:v1";
        var inspected = (await sandbox.SkopeoAsync("inspect", "--tls-verify=false", $"docker://{image}")).MustSucceed().Json;
        Assert.Equal("linux", inspected.GetProperty("Os").GetString());
        (await sandbox.SkopeoAsync("copy", "--src-tls-verify=false", $"docker://{image}", "oci:copied:v1")).MustSucceed();
        Assert.True(File.Exists("/usr/bin/umoci"), "the real umoci is missing: install umoci");
        (await sandbox.ShellAsync("umoci unpack --image copied:v1 bundle")).MustSucceed();
        Assert.Equal(HelloImage.Text, (await sandbox.ShellAsync("bundle/rootfs/hello")).MustSucceed().Out);
        using (var config = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(sandbox.Work, "bundle", "config.json"))))
            Assert.Equal(["/hello"], config.RootElement.GetProperty("process").GetProperty("args").EnumerateArray().Select(word => word.GetString()));
        // The private authority is not podman's affair here; over TLS the two before have read it.
        if (!tls)
            Assert.Equal(HelloImage.Text, (await new Podman(sandbox).RunImageAsync(image)).MustSucceed().Out);
    }
}
