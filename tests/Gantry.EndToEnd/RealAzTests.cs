namespace Gantry.EndToEnd;

/// <summary>The unmodified az with <c>-u -p</c> and without <c>az login</c>, over HTTPS with a private authority.</summary>
/// <remarks>
/// az joins the registry's name and the cloud's suffix. With a registry named <c>localhost</c> and the suffix <c>:PORT</c> that is an
/// address which needs no entry in any hosts file.
/// </remarks>
public sealed class RealAzTests
{
    [Fact]
    public async Task Lists_shows_locks_untags_and_deletes()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox, tls: true);
        sandbox["REQUESTS_CA_BUNDLE"] = Path.Combine(sandbox.Folder, "ca.pem");
        await SetCloudAsync(sandbox, server);
        await PushAsync(sandbox, server, "samples/artifact:1.0,1.1");
        await PushAsync(sandbox, server, "samples/other:1.0");
        string[] access = ["--name", "localhost", "-u", server.AppId, "-p", server.Password, "-o", "json"];
        string[] image = ["--image", "samples/artifact:1.0"];
        Task<ToolResult> Az(string verb, params string[] arguments) => sandbox.AzAsync(["acr", "repository", verb, .. arguments, .. access]);

        Assert.Equal(["samples/artifact", "samples/other"], (await Az("list")).MustSucceed().Json.EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(["1.0", "1.1"], (await Az("show-tags", "--repository", "samples/artifact")).MustSucceed().Json.EnumerateArray().Select(item => item.GetString()));
        var detail = (await Az("show-tags", "--repository", "samples/artifact", "--detail", "--orderby", "time_desc")).MustSucceed().Json;
        Assert.Equal(2, detail.GetArrayLength());

        var repository = (await Az("show", "--repository", "samples/artifact")).MustSucceed().Json;
        Assert.Equal(server.Host, repository.GetProperty("registry").GetString());
        Assert.Equal((1, 2), (repository.GetProperty("manifestCount").GetInt32(), repository.GetProperty("tagCount").GetInt32()));

        // The real az prints what our own prints: the whole answer, with sorted members.
        var real = (await Az("show", image)).MustSucceed();
        var own = await sandbox.GantryAsync(["acr", "repository", "show", .. image, "--name", server.Host, "-u", server.AppId, "-p", server.Password,
            "--ca-file", sandbox["REQUESTS_CA_BUNDLE"], "--plain-http=false"]);
        Assert.Equal(real.Out, own.MustSucceed().Out);
        Assert.Equal("1.0", real.Json.GetProperty("name").GetString());

        var digest = real.Json.GetProperty("digest").GetString()!;
        var manifest = (await Az("show", "--image", $"samples/artifact@{digest}")).MustSucceed().Json;
        Assert.Equal(["1.0", "1.1"], manifest.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).Order());

        Assert.False((await Az("update", [.. image, "--write-enabled", "false"])).MustSucceed().Json.GetProperty("changeableAttributes").GetProperty("writeEnabled").GetBoolean());
        var refused = await Az("delete", [.. image, "--yes"]);
        Assert.Contains("disallowed", refused.MustFail().Error, StringComparison.OrdinalIgnoreCase);
        (await Az("update", [.. image, "--write-enabled", "true"])).MustSucceed();

        (await Az("untag", "--image", "samples/artifact:1.1")).MustSucceed();
        Assert.Equal(["1.0"], (await Az("show-tags", "--repository", "samples/artifact")).MustSucceed().Json.EnumerateArray().Select(item => item.GetString()));
        (await Az("delete", [.. image, "--yes"])).MustSucceed();
        (await Az("show", image)).MustFail();
        (await Az("delete", "--repository", "samples/other", "--yes")).MustSucceed();
        Assert.DoesNotContain("samples/other", (await Az("list")).MustSucceed().Out, StringComparison.Ordinal);

        var wrong = await sandbox.AzAsync("acr", "repository", "list", "--name", "localhost", "-u", server.AppId, "-p", "wrong");
        wrong.MustFail();
    }

    private static async Task SetCloudAsync(Sandbox sandbox, GantryServer server)
    {
        var url = $"https://{server.Host}";
        (await sandbox.AzAsync("cloud", "register", "-n", "SelfHosted", "--endpoint-resource-manager", url, "--endpoint-active-directory", url + "/adfs",
            "--endpoint-active-directory-resource-id", url, "--endpoint-active-directory-graph-resource-id", url,
            "--suffix-acr-login-server-endpoint", $":{server.Url.Port}")).MustSucceed();
        (await sandbox.AzAsync("cloud", "set", "-n", "SelfHosted")).MustSucceed();
    }

    private static async Task PushAsync(Sandbox sandbox, GantryServer server, string reference)
    {
        sandbox.Write("artifact.txt", reference);
        (await sandbox.OrasAsync("push", $"{server.Host}/{reference}", "artifact.txt", "-u", server.AppId, "-p", server.Password,
            "--ca-file", sandbox["REQUESTS_CA_BUNDLE"], "--plain-http=false")).MustSucceed();
    }
}
