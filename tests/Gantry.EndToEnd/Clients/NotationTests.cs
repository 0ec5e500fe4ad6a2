namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified notation with a test certificate of its own.</summary>
/// <remarks>It speaks plain HTTP with <c>localhost</c> whatever it is told, so over HTTPS the registry is called <c>127.0.0.1</c>.</remarks>
public sealed class NotationTests
{
    [Theory]
    [InlineData(false, "jws")]
    [InlineData(true, "jws")]
    [InlineData(true, "cose")]
    public async Task A_signature_is_made_listed_and_checked(bool tls, string format)
    {
        await using var user = await StartAsync(tls);
        var image = Image(user, await user.PushAsync("signed/artifact:1"));
        await TrustAsync(user, "ours");

        (await NotationAsync(user, "verify", image)).MustFail();
        (await NotationAsync(user, "sign", image, "--key", "ours", "--signature-format", format, "--force-referrers-tag=false")).MustSucceed();

        var signature = Assert.Single(await user.DiscoverAsync("signed/artifact:1"));
        Assert.Equal("application/vnd.cncf.notary.signature", signature.Type);
        Assert.Equal(["1"], await user.TagsAsync("signed/artifact"));
        Assert.Contains(signature.Digest, (await NotationAsync(user, "ls", image)).MustSucceed().Out, StringComparison.Ordinal);
        (await NotationAsync(user, "inspect", image)).MustSucceed();
        Assert.Contains("Successfully verified", (await NotationAsync(user, "verify", image)).MustSucceed().Out, StringComparison.Ordinal);

        await TrustAsync(user, "theirs");
        (await NotationAsync(user, "verify", image)).MustFail();
    }

    /// <summary>notation's default writes the list under the tag as well; the registry lists the signature once.</summary>
    [Fact]
    public async Task A_signature_under_the_referrers_tag_is_listed_once()
    {
        await using var user = await StartAsync(tls: false);
        var digest = await user.PushAsync("signed/artifact:1");
        var image = Image(user, digest);
        await TrustAsync(user, "ours");

        (await NotationAsync(user, "sign", image, "--key", "ours")).MustSucceed();

        Assert.Equal(["1", digest.Replace(':', '-')], await user.TagsAsync("signed/artifact"));
        Assert.Single(await user.DiscoverAsync("signed/artifact:1"));
        (await NotationAsync(user, "verify", image)).MustSucceed();
    }

    [Fact]
    public async Task Without_credentials_or_the_private_authority_nothing_is_signed()
    {
        await using var user = await StartAsync(tls: true);
        var image = Image(user, await user.PushAsync("signed/artifact:1"));
        Assert.Contains("unauthorized", (await RunAsync(user, "sign", image, "--key", "ours")).MustFail().Error, StringComparison.OrdinalIgnoreCase);
        user.Sandbox["SSL_CERT_FILE"] = "/etc/ssl/certs/ca-certificates.crt";
        Assert.Contains("certificate", (await NotationAsync(user, "sign", image, "--key", "ours")).MustFail().Error, StringComparison.Ordinal);
        Assert.Empty(await user.DiscoverAsync("signed/artifact:1"));
    }

    private static async Task<OrasUser> StartAsync(bool tls)
    {
        var user = await OrasUser.StartAsync(tls);
        user.Sandbox["XDG_CONFIG_HOME"] = user.Sandbox.NewFolder("config");
        if (tls)
            user.Sandbox["SSL_CERT_FILE"] = user.Authority;
        foreach (var name in (string[])["ours", "theirs"])
            (await RunAsync(user, "cert", "generate-test", name)).MustSucceed();
        return user;
    }

    private static string Image(OrasUser user, string digest) => $"{(user.Trust.Length > 0 ? "127.0.0.1" : "localhost")}:{user.Server.Url.Port}/signed/artifact@{digest}";

    private static async Task TrustAsync(OrasUser user, string store)
    {
        var policy = user.Sandbox.Write("policy.json", $$"""
            {"version":"1.0","trustPolicies":[{"name":"test","registryScopes":["*"],"signatureVerification":{"level":"strict"},
            "trustStores":["ca:{{store}}"],"trustedIdentities":["*"]}]}
            """);
        (await RunAsync(user, "policy", "import", "--force", policy)).MustSucceed();
    }

    private static Task<ToolResult> NotationAsync(OrasUser user, params string[] arguments)
    {
        user.Sandbox["NOTATION_USERNAME"] = user.Server.AppId;
        user.Sandbox["NOTATION_PASSWORD"] = user.Server.Password;
        return RunAsync(user, user.Trust.Length > 0 ? arguments : [.. arguments, "--insecure-registry"]);
    }

    private static Task<ToolResult> RunAsync(OrasUser user, params string[] arguments) => Tool.RunAsync(RealClients.Unpacked("notation"), arguments, user.Sandbox.Setting);
}
