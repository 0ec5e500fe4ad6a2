namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified npm package <c>@azure/container-registry</c>, which speaks HTTPS only.</summary>
public sealed class AzureSdkTests
{
    [Fact]
    public async Task Uploads_lists_updates_and_deletes()
    {
        await using var user = await StartAsync();
        await user.PushAsync("samples/artifact:1.0");
        var story = (await NodeScript.RunAsync(user.Sandbox, "azure-registry.mjs", user.Server.Password, Url(user), user.Server.AppId)).MustSucceed().Json;
        string Told(string member) => story.GetProperty(member).GetRawText();
        var digest = story.GetProperty("digest").GetString();

        Assert.Equal($"{5 * 1024 * 1024}", Told("uploaded"));
        Assert.Equal("true", Told("same"));
        Assert.Equal($"""["{digest}","application/vnd.oci.image.manifest.v1+json",1]""", Told("fetched"));
        Assert.Equal("""["samples/artifact","sdk/artifact"]""", Told("repositories"));
        Assert.Equal("""["sdk/artifact",1,2,true]""", Told("properties"));
        Assert.Equal($"""[["{digest}",["1","2"]]]""", Told("manifests"));
        Assert.Equal("""["1","2"]""", Told("tags"));
        Assert.Equal("[1,1]", Told("pages"));
        Assert.StartsWith($"[\"{digest}\",", Told("manifest"), StringComparison.Ordinal);
        Assert.Equal(("false", "405", "true"), (Told("locked"), Told("refused"), Told("unlocked")));
        Assert.Equal(("false", "405"), (Told("readable"), Told("kept")));
        Assert.Equal("""["1"]""", Told("left"));
        Assert.Equal(("404", "404"), (Told("gone"), Told("blobGone")));
        Assert.Equal("""["samples/artifact"]""", Told("after"));
    }

    /// <summary>Each first request is challenged, and answered with the SDK's anonymous grant: grant type password, an empty refresh token, no user.</summary>
    [Fact]
    public async Task As_nobody_it_reads_where_anybody_may_pull_and_changes_nothing()
    {
        await using var user = await StartAsync("--anonymous-pull");
        var digest = await user.PushAsync("samples/artifact:1.0,1.1");
        var story = (await NodeScript.RunAsync(user.Sandbox, "azure-anonymous.mjs", "", Url(user), digest)).MustSucceed().Json;
        string Told(string member) => story.GetProperty(member).GetRawText();

        Assert.Equal("""["1.0","1.1"]""", Told("names"));
        Assert.Equal($"""["{digest}"]""", Told("digests"));
        Assert.Equal("\"done\"", Told("properties"));
        Assert.Equal(digest, story.GetProperty("digest").GetString());
        Assert.Equal("samples/artifact:1.0,1.1", story.GetProperty("layer").GetString());
        foreach (var forbidden in (string[])["catalog", "upload", "delete", "update"])
            Assert.Equal((forbidden, "401"), (forbidden, Told(forbidden)));

        var requests = story.GetProperty("requests").EnumerateArray().Select(request => request.GetString()!).ToList();
        var grant = requests.First(request => request.StartsWith("POST /oauth2/token", StringComparison.Ordinal));
        Assert.Contains("grant_type=password", grant, StringComparison.Ordinal);
        Assert.Contains($"service={Uri.EscapeDataString(user.Server.Host)}", grant, StringComparison.Ordinal);
        Assert.Contains("refresh_token=", grant.Split(' ')[^1].Split('&'));
    }

    [Fact]
    public async Task As_nobody_it_is_refused_where_nobody_may_pull()
    {
        await using var user = await StartAsync();
        var digest = await user.PushAsync("samples/artifact:1.0");
        var refused = (await NodeScript.RunAsync(user.Sandbox, "azure-anonymous.mjs", "", Url(user), digest)).MustFail();
        Assert.Contains("UNAUTHORIZED", refused.Error, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<OrasUser> StartAsync(params string[] serve)
    {
        var user = await OrasUser.StartAsync(tls: true, serve);
        user.Sandbox["NODE_EXTRA_CA_CERTS"] = user.Authority;
        return user;
    }

    private static string Url(OrasUser user) => $"https://{user.Server.Host}";
}
