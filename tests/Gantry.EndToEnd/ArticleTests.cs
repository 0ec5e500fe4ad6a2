namespace Gantry.EndToEnd;

/// <summary>The article's commands as printed, with the published program under the names <c>oras</c> and <c>az</c>; only the host differs.</summary>
public sealed class ArticleTests
{
    private const string ConfigType = "application/vnd.unknown.config.v1+json";
    private const string LayerType = "application/vnd.unknown.layer.v1+txt";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_walk_from_sign_in_to_delete(bool nameIsLoginServer)
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox);
        await sandbox.LinkAsync("oras");
        await sandbox.LinkAsync("az");
        var artifact = $"{server.Host}/samples/artifact:1.0";
        var name = nameIsLoginServer ? server.Host : "myregistry";
        sandbox["SP_APP_ID"] = server.AppId;
        sandbox["SP_PASSWD"] = server.Password;
        sandbox["SP_TENANT"] = server.Tenant;
        sandbox["GANTRY_SERVER"] = server.Url.ToString().TrimEnd('/').Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        var login = await sandbox.ShellAsync($"oras login {server.Host} --username $SP_APP_ID --password-stdin", server.Password);
        Assert.Contains("Login Succeeded", login.MustSucceed().Out, StringComparison.Ordinal);
        AssertPrivate(Path.Combine(sandbox["DOCKER_CONFIG"], "config.json"));

        (await sandbox.ShellAsync("echo \"Here is an artifact\" > artifact.txt")).MustSucceed();
        var push = await sandbox.ShellAsync($"oras push {artifact} --manifest-config /dev/null:{ConfigType} ./artifact.txt:{LayerType}");
        Assert.Contains("33998979890f artifact.txt", push.MustSucceed().Out, StringComparison.Ordinal);
        Assert.Matches("(?m)^Digest: sha256:[0-9a-f]{64}$", push.Out);

        (await sandbox.ShellAsync("az login --service-principal -u $SP_APP_ID -p $SP_PASSWD --tenant $SP_TENANT")).MustSucceed();
        (await sandbox.ShellAsync($"az acr login --name {name}")).MustSucceed();

        var show = (await sandbox.ShellAsync($"az acr repository show --name {name} --image samples/artifact:1.0")).MustSucceed().Json;
        Assert.Equal(["changeableAttributes", "createdTime", "digest", "lastUpdateTime", "name", "signed"], show.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["deleteEnabled", "listEnabled", "readEnabled", "writeEnabled"], show.GetProperty("changeableAttributes").EnumerateObject().Select(member => member.Name));
        Assert.All(show.GetProperty("changeableAttributes").EnumerateObject(), member => Assert.True(member.Value.GetBoolean()));
        Assert.Equal("1.0", show.GetProperty("name").GetString());
        Assert.Equal(push.Digest, show.GetProperty("digest").GetString());
        Assert.False(show.GetProperty("signed").GetBoolean());
        Assert.Matches(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z\z", show.GetProperty("createdTime").GetString());

        (await sandbox.ShellAsync("mkdir ~/download")).MustSucceed();
        var pull = await sandbox.ShellAsync($"cd ~/download && oras pull {artifact} --media-type {LayerType}");
        Assert.Equal(push.Digest, pull.MustSucceed().Digest);
        Assert.Equal("Here is an artifact\n", (await sandbox.ShellAsync("cat ~/download/artifact.txt")).Out);

        // Without a terminal nobody can be asked; with one, "n" keeps the artifact and "y" deletes it.
        var delete = $"az acr repository delete --name {name} --image samples/artifact:1.0";
        (await sandbox.ShellAsync(delete, "y\n")).MustFail();
        Assert.Contains("samples/artifact", (await sandbox.ShellAsync($"script -qefc '{delete}' /dev/null", "n\n")).Out, StringComparison.Ordinal);
        (await sandbox.ShellAsync($"az acr repository show --name {name} --image samples/artifact:1.0")).MustSucceed();
        (await sandbox.ShellAsync($"script -qefc '{delete}' /dev/null", "y\n")).MustSucceed();
        (await sandbox.ShellAsync($"az acr repository show --name {name} --image samples/artifact:1.0")).MustFail();
        (await sandbox.ShellAsync($"oras pull {artifact}")).MustFail();
        Assert.DoesNotContain(server.Password, server.Log, StringComparison.Ordinal);

        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task The_other_media_types_of_an_artifact_are_not_pulled()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox);
        (await SignInAsync(sandbox, server)).MustSucceed();
        sandbox.Write("a.txt", "a");
        sandbox.Write("b.bin", "b");
        (await sandbox.GantryAsync("push", $"{server.Host}/two:1", "a.txt:text/plain", "b.bin:application/x-b")).MustSucceed();
        var folder = sandbox.NewFolder("pulled");
        (await sandbox.GantryAsync("pull", $"{server.Host}/two:1", "-t", "text/plain", "-o", folder)).MustSucceed();
        Assert.Equal(["a.txt"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_locked_tag_is_neither_moved_nor_deleted_until_it_is_unlocked()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox);
        (await SignInAsync(sandbox, server)).MustSucceed();
        sandbox.Write("a.txt", "a");
        string[] image = ["--name", server.Host, "--image", "locked:1"];
        (await sandbox.GantryAsync("push", $"{server.Host}/locked:1", "a.txt")).MustSucceed();
        var locked = await sandbox.GantryAsync(["acr", "repository", "update", .. image, "--write-enabled", "false"]);
        Assert.False(locked.MustSucceed().Json.GetProperty("changeableAttributes").GetProperty("writeEnabled").GetBoolean());
        sandbox.Write("a.txt", "b");
        (await sandbox.GantryAsync("push", $"{server.Host}/locked:1", "a.txt")).MustFail();
        Assert.Equal(5, (await sandbox.GantryAsync(["acr", "repository", "delete", .. image, "--yes"])).MustFail().ExitCode);
        (await sandbox.GantryAsync("pull", $"{server.Host}/locked:1", "-o", sandbox.NewFolder("pulled"))).MustSucceed();
        (await sandbox.GantryAsync(["acr", "repository", "update", .. image, "--write-enabled", "true"])).MustSucceed();
        (await sandbox.GantryAsync(["acr", "repository", "delete", .. image, "--yes"])).MustSucceed();
        Assert.Equal(3, (await sandbox.GantryAsync(["acr", "repository", "show", .. image])).MustFail().ExitCode);
    }

    internal static Task<ToolResult> SignInAsync(Sandbox sandbox, GantryServer server) =>
        Tool.RunAsync("/bin/bash", ["-c", "exec \"$0\" login \"$1\" -u \"$2\" --password-stdin", PublishedProgram.PathAsync().GetAwaiter().GetResult(), server.Host, server.AppId],
            sandbox.Setting with { Input = server.Password });

    private static void AssertPrivate(string path) => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
}
