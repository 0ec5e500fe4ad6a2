namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified az: <c>az acr repository</c>.</summary>
public sealed class AzRepositoryTests
{
    [Fact]
    public async Task Lists_shows_locks_untags_and_deletes()
    {
        await using var user = await OrasUser.StartAsync(tls: true);
        var (sandbox, server) = (user.Sandbox, user.Server);
        await AzCloud.SetAsync(user);
        await user.PushAsync("samples/artifact:1.0,1.1");
        await user.PushAsync("samples/other:1.0");
        string[] image = ["--image", "samples/artifact:1.0"];
        Task<ToolResult> Az(string verb, params string[] arguments) => AzCloud.AcrAsync(user, ["repository", verb, .. arguments]);

        Assert.Equal(["samples/artifact", "samples/other"], (await Az("list")).MustSucceed().Json.EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(["1.0", "1.1"], (await Az("show-tags", "--repository", "samples/artifact")).MustSucceed().Json.EnumerateArray().Select(item => item.GetString()));
        var detail = (await Az("show-tags", "--repository", "samples/artifact", "--detail", "--orderby", "time_desc")).MustSucceed().Json;
        Assert.Equal(2, detail.GetArrayLength());

        Assert.Equal(["1.0", "1.1"], (await Az("show-manifests", "--repository", "samples/artifact")).MustSucceed().Json[0].GetProperty("tags").EnumerateArray().Select(item => item.GetString()).Order());

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
}
