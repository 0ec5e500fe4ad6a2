namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified cosign with a key pair and without Sigstore's public services, which no private registry reaches.</summary>
public sealed class CosignTests
{
    private static readonly string[] Private = ["--tlog-upload=false", "--use-signing-config=false", "--yes"];

    /// <summary>cosign 3 as it is by default: a bundle that refers to the image.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_signature_is_made_found_and_checked(bool tls)
    {
        await using var user = await OrasUser.StartAsync(tls);
        await MakeKeysAsync(user);
        var (image, other) = ($"{user.Server.Host}/signed/artifact@{await user.PushAsync("signed/artifact:1")}", $"{user.Server.Host}/signed/artifact@{await user.PushAsync("signed/artifact:2")}");

        (await CosignAsync(user, ["verify", "--key", "ours.pub", "--insecure-ignore-tlog"], image)).MustFail();
        (await CosignAsync(user, ["sign", "--key", "ours.key", .. Private], image)).MustSucceed();

        Assert.Equal(["application/vnd.dev.sigstore.bundle.v0.3+json"], (await user.DiscoverAsync("signed/artifact:1")).Select(referrer => referrer.Type));
        Assert.Equal(["1", "2"], await user.TagsAsync("signed/artifact"));
        Assert.Contains(image[^64..], (await CosignAsync(user, ["verify", "--key", "ours.pub", "--insecure-ignore-tlog"], image)).MustSucceed().Out, StringComparison.Ordinal);
        (await CosignAsync(user, ["verify", "--key", "theirs.pub", "--insecure-ignore-tlog"], image)).MustFail();
        (await CosignAsync(user, ["verify", "--key", "ours.pub", "--insecure-ignore-tlog"], other)).MustFail();
    }

    /// <summary>What cosign before 3 makes: an image under the tag <c>sha256-HEX.sig</c>.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_signature_under_a_tag_is_made_and_checked(bool tls)
    {
        await using var user = await OrasUser.StartAsync(tls);
        await MakeKeysAsync(user);
        var image = $"{user.Server.Host}/signed/artifact@{await user.PushAsync("signed/artifact:1")}";

        (await CosignAsync(user, ["sign", "--key", "ours.key", "--new-bundle-format=false", .. Private], image)).MustSucceed();

        Assert.Equal(["1", $"sha256-{image[^64..]}.sig"], await user.TagsAsync("signed/artifact"));
        string[] verify = ["--insecure-ignore-tlog", "--new-bundle-format=false"];
        (await CosignAsync(user, ["verify", "--key", "ours.pub", .. verify], image)).MustSucceed();
        (await CosignAsync(user, ["verify", "--key", "theirs.pub", .. verify], image)).MustFail();
    }

    /// <summary>The older format, kept by the referrers API.</summary>
    [Fact]
    public async Task A_signature_as_a_referrer_in_the_older_format_is_made_and_checked()
    {
        await using var user = await OrasUser.StartAsync(tls: true);
        user.Sandbox["COSIGN_EXPERIMENTAL"] = "1";
        await MakeKeysAsync(user);
        var image = $"{user.Server.Host}/signed/artifact@{await user.PushAsync("signed/artifact:1")}";

        (await CosignAsync(user, ["sign", "--key", "ours.key", "--new-bundle-format=false", "--registry-referrers-mode=oci-1-1", .. Private], image)).MustSucceed();

        Assert.Equal(["application/vnd.dev.cosign.artifact.sig.v1+json"], (await user.DiscoverAsync("signed/artifact:1")).Select(referrer => referrer.Type));
        Assert.Equal(["1"], await user.TagsAsync("signed/artifact"));
        string[] verify = ["--insecure-ignore-tlog", "--new-bundle-format=false", "--experimental-oci11"];
        (await CosignAsync(user, ["verify", "--key", "ours.pub", .. verify], image)).MustSucceed();
        (await CosignAsync(user, ["verify", "--key", "theirs.pub", .. verify], image)).MustFail();
    }

    [Fact]
    public async Task Without_the_private_authority_nothing_is_signed()
    {
        await using var user = await OrasUser.StartAsync(tls: true);
        await MakeKeysAsync(user);
        var image = $"{user.Server.Host}/signed/artifact@{await user.PushAsync("signed/artifact:1")}";
        var refused = await Tool.RunAsync(RealClients.Unpacked("cosign"), ["sign", "--key", "ours.key", .. Private, image], user.Sandbox.Setting);
        Assert.Contains("certificate", refused.MustFail().Error, StringComparison.Ordinal);
        Assert.Empty(await user.DiscoverAsync("signed/artifact:1"));
    }

    private static async Task MakeKeysAsync(OrasUser user)
    {
        user.Sandbox["COSIGN_PASSWORD"] = "of the key";
        foreach (var name in (string[])["ours", "theirs"])
            (await Tool.RunAsync(RealClients.Unpacked("cosign"), ["generate-key-pair", "--output-key-prefix", name], user.Sandbox.Setting)).MustSucceed();
    }

    private static Task<ToolResult> CosignAsync(OrasUser user, string[] arguments, string image) =>
        Tool.RunAsync(RealClients.Unpacked("cosign"), [.. arguments, .. user.Trust.Length > 0 ? (string[])["--registry-cacert", user.Authority] : ["--allow-http-registry"], image], user.Sandbox.Setting);
}
