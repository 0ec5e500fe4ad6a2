namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified oras against our server, over plain HTTP and over HTTPS with a private authority.</summary>
public sealed class OrasStoryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signs_in_pushes_attaches_discovers_tags_copies_and_pulls(bool tls)
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox, tls);
        string[] trust = tls ? ["--ca-file", Path.Combine(sandbox.Folder, "ca.pem"), "--plain-http=false"] : [];
        string[] from = tls ? ["--from-ca-file", Path.Combine(sandbox.Folder, "ca.pem"), "--from-plain-http=false", "--to-ca-file", Path.Combine(sandbox.Folder, "ca.pem"), "--to-plain-http=false"] : [];
        Task<ToolResult> Oras(params string[] arguments) => sandbox.OrasAsync([.. arguments, .. trust]);
        var (repository, copy) = ($"{server.Host}/samples/artifact", $"{server.Host}/copies/artifact");

        (await Oras("push", $"{repository}:early", sandbox.Write("early.txt", "x"), "--disable-path-validation")).MustFail();
        var wrong = await Tool.RunAsync(RealClients.Unpacked("oras"), ["login", server.Host, "-u", server.AppId, "--password-stdin", .. trust], sandbox.Setting with { Input = "wrong" });
        wrong.MustFail();
        var login = await Tool.RunAsync(RealClients.Unpacked("oras"), ["login", server.Host, "-u", server.AppId, "--password-stdin", .. trust], sandbox.Setting with { Input = server.Password });
        Assert.Contains("Login Succeeded", login.MustSucceed().Out, StringComparison.Ordinal);

        sandbox.Write("artifact.txt", "Here is an artifact\n");
        sandbox.Write("folder/inside.txt", "inside");
        var push = (await Oras("push", $"{repository}:1.0,latest", "artifact.txt:text/plain", "folder", "--artifact-type", "application/vnd.example")).MustSucceed();

        sandbox.Write("sbom.json", "{}");
        var attach = (await Oras("attach", $"{repository}:1.0", "--artifact-type", "example/sbom", "sbom.json")).MustSucceed();
        var discovered = (await Oras("discover", $"{repository}:1.0", "--format", "json")).MustSucceed();
        Assert.Equal(attach.Digest, discovered.Json.GetProperty("referrers")[0].GetProperty("digest").GetString());
        Assert.Equal("example/sbom", discovered.Json.GetProperty("referrers")[0].GetProperty("artifactType").GetString());
        var none = (await Oras("discover", $"{repository}:1.0", "--format", "json", "--artifact-type", "other/type")).MustSucceed();
        Assert.DoesNotContain(attach.Digest, none.Out, StringComparison.Ordinal);
        // The referrers API was used: oras left no list of its own under a tag.
        Assert.Equal(["1.0", "latest"], (await Oras("repo", "tags", repository)).MustSucceed().Lines);

        (await Oras("tag", $"{repository}:1.0", "1.1", "stable")).MustSucceed();
        Assert.Equal(push.Digest, (await Oras("resolve", $"{repository}:stable")).MustSucceed().Out.Trim());
        Assert.Equal(["1.0", "1.1", "latest", "stable"], (await Oras("repo", "tags", repository)).MustSucceed().Lines);
        Assert.Contains("samples/artifact", (await Oras("repo", "ls", server.Host)).MustSucceed().Lines);

        (await sandbox.OrasAsync(["cp", "-r", $"{repository}:1.0", $"{copy}:1.0", .. from])).MustSucceed();
        Assert.Contains(attach.Digest, (await Oras("discover", $"{copy}:1.0", "--format", "json")).MustSucceed().Out, StringComparison.Ordinal);

        var pulled = sandbox.NewFolder("pulled");
        Assert.Equal(push.Digest, (await Oras("pull", $"{copy}:1.0", "-o", pulled)).MustSucceed().Digest);
        Assert.Equal("Here is an artifact\n", await File.ReadAllTextAsync(Path.Combine(pulled, "artifact.txt")));
        Assert.Equal("inside", await File.ReadAllTextAsync(Path.Combine(pulled, "folder", "inside.txt")));

        (await Oras("manifest", "delete", "--force", $"{copy}@{push.Digest}")).MustSucceed();
        (await Oras("resolve", $"{copy}:1.0")).MustFail();

        var credentials = Path.Combine(sandbox["DOCKER_CONFIG"], "config.json");
        Assert.Contains(server.Host, await File.ReadAllTextAsync(credentials), StringComparison.Ordinal);
        (await sandbox.OrasAsync("logout", server.Host)).MustSucceed();
        Assert.DoesNotContain(server.Host, await File.ReadAllTextAsync(credentials), StringComparison.Ordinal);
        (await Oras("repo", "tags", repository)).MustFail();
    }
}
