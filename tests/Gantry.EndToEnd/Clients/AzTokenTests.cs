using System.Text.Json;

namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified az with a repository-scoped token: <c>az acr repository … -u TOKEN -p PASSWORD</c> does what the token's map says, and nothing else.</summary>
public sealed class AzTokenTests
{
    [Fact]
    public async Task A_scoped_token_reads_writes_and_deletes_as_its_map_says()
    {
        await using var user = await OrasUser.StartAsync(tls: true);
        await AzCloud.SetAsync(user);
        await user.PushAsync("samples/artifact:1.0,1.1");
        await user.PushAsync("samples/other:1.0");
        string[] image = ["--image", "samples/artifact:1.0"];

        var reader = await TokenAsync(user, "reader", "--repository", "samples/artifact", "metadata/read");
        Assert.Equal(["1.0", "1.1"], Texts(await AzAsync(user, reader, "show-tags", "--repository", "samples/artifact")));
        Assert.Equal("1.0", (await AzAsync(user, reader, "show", image)).MustSucceed().Json.GetProperty("name").GetString());
        Denied(await AzAsync(user, reader, "show-tags", "--repository", "samples/other"));
        Denied(await AzAsync(user, reader, "update", [.. image, "--write-enabled", "false"]));
        Denied(await AzAsync(user, reader, "delete", [.. image, "--yes"]));
        Denied(await AzAsync(user, reader, "untag", image));
        Denied(await AzAsync(user, reader, "list"));

        var keeper = await TokenAsync(user, "keeper", "--repository", "samples/*", "metadata/read", "metadata/write", "content/delete");
        Assert.False((await AzAsync(user, keeper, "update", [.. image, "--write-enabled", "false"])).MustSucceed().Json.GetProperty("changeableAttributes").GetProperty("writeEnabled").GetBoolean());
        (await AzAsync(user, keeper, "update", [.. image, "--write-enabled", "true"])).MustSucceed();
        (await AzAsync(user, keeper, "untag", "--image", "samples/artifact:1.1")).MustSucceed();
        (await AzAsync(user, keeper, "delete", [.. image, "--yes"])).MustSucceed();
        Denied(await AzAsync(user, keeper, "list"));
    }

    [Fact]
    public async Task The_catalog_is_for_tokens_whose_map_covers_everything_and_a_change_counts_at_once()
    {
        await using var user = await OrasUser.StartAsync(tls: true);
        await AzCloud.SetAsync(user);
        await user.PushAsync("samples/artifact:1.0");
        await user.PushAsync("other:1.0");

        var token = await TokenAsync(user, "lister", "--repository", "*", "content/read", "metadata/read");
        Assert.Equal(["other", "samples/artifact"], Texts(await AzAsync(user, token, "list")));
        (await OwnAsync(user, "token", "update", "-n", "lister", "--status", "disabled")).MustSucceed();
        ShutOut(await AzAsync(user, token, "list"));
        (await OwnAsync(user, "token", "update", "-n", "lister", "--status", "enabled")).MustSucceed();
        (await AzAsync(user, token, "show", "--repository", "other")).MustSucceed();

        var anew = (await OwnAsync(user, "token", "credential", "generate", "-n", "lister", "--password1")).MustSucceed().Json;
        ShutOut(await AzAsync(user, token, "show", "--repository", "other"));
        (await AzAsync(user, token with { Password = PasswordOf(anew) }, "show", "--repository", "other")).MustSucceed();
        (await OwnAsync(user, "token", "delete", "-n", "lister", "--yes")).MustSucceed();
        ShutOut(await AzAsync(user, token with { Password = PasswordOf(anew) }, "show", "--repository", "other"));
    }

    [Fact]
    public async Task A_push_with_oras_takes_content_write_beside_content_read()
    {
        await using var user = await OrasUser.StartAsync(tls: true);
        await AzCloud.SetAsync(user);
        await user.PushAsync("samples/artifact:1.0");

        var puller = await TokenAsync(user, "puller", "--repository", "samples/*", "content/read");
        (await PullAsync(user, puller, "samples/artifact:1.0")).MustSucceed();
        (await PushAsync(user, puller, "samples/artifact:2.0")).MustFail();
        Denied(await AzAsync(user, puller, "show", "--repository", "samples/artifact"));

        var pusher = await TokenAsync(user, "pusher", "--repository", "samples/artifact", "content/read", "content/write", "metadata/read");
        (await PushAsync(user, pusher, "samples/artifact:2.0")).MustSucceed();
        (await PushAsync(user, pusher, "samples/other:1.0")).MustFail();
        Assert.Equal(["1.0", "2.0"], Texts(await AzAsync(user, pusher, "show-tags", "--repository", "samples/artifact")));
        Denied(await AzAsync(user, pusher, "delete", "--image", "samples/artifact:2.0", "--yes"));
    }

    private static Task<ToolResult> PushAsync(OrasUser user, ScopedToken token, string reference) =>
        user.RunAsync("push", $"{user.Server.Host}/{reference}", "artifact.txt:text/plain", "--artifact-type", "application/vnd.example", "-u", token.Name, "-p", token.Password);

    private static Task<ToolResult> PullAsync(OrasUser user, ScopedToken token, string reference) =>
        user.RunAsync("pull", $"{user.Server.Host}/{reference}", "-u", token.Name, "-p", token.Password);

    private static async Task<ScopedToken> TokenAsync(OrasUser user, string name, params string[] actions)
    {
        var made = (await OwnAsync(user, ["token", "create", "-n", name, .. actions])).MustSucceed().Json;
        return new ScopedToken(name, PasswordOf(made.GetProperty("credentials")));
    }

    private static string PasswordOf(JsonElement credentials) =>
        credentials.GetProperty("passwords").EnumerateArray().Single(password => password.GetProperty("name").GetString() == "password1").GetProperty("value").GetString()!;

    /// <summary>Our own commands, which az has too once it is signed in to a subscription.</summary>
    private static Task<ToolResult> OwnAsync(OrasUser user, params string[] words) => user.Sandbox.GantryAsync(
        ["acr", .. words, "-r", user.Server.Host, "-u", user.Server.AppId, "-p", user.Server.Password, "--ca-file", user.Authority, "--plain-http=false"]);

    private static Task<ToolResult> AzAsync(OrasUser user, ScopedToken token, string verb, params string[] arguments) =>
        user.Sandbox.AzAsync(["acr", "repository", verb, .. arguments, "--name", "localhost", "-u", token.Name, "-p", token.Password, "-o", "json"]);

    private static IEnumerable<string?> Texts(ToolResult result) => result.MustSucceed().Json.EnumerateArray().Select(item => item.GetString()).Order();

    /// <summary>As ACR refuses it: 401, which az tells at once and does not try again.</summary>
    private static void Denied(ToolResult result) => Assert.Contains("authentication required", result.MustFail().Error, StringComparison.OrdinalIgnoreCase);

    /// <summary>Refused where it signs in, before anything is asked for.</summary>
    private static void ShutOut(ToolResult result) => Assert.Contains("CONNECTIVITY_ACCESS_TOKEN_ERROR", result.MustFail().Error, StringComparison.Ordinal);

    private sealed record ScopedToken(string Name, string Password);
}
