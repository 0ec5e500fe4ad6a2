namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified npm package <c>@sigstore/oci</c>, with which build attestations are attached to images.</summary>
/// <remarks>It speaks plain HTTP with <c>localhost</c> and <c>127.0.0.1</c>, whatever it is told, so over HTTPS the registry has another name.</remarks>
public sealed class SigstoreOciTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_artifact_is_attached_and_found_by_the_referrers_api(bool tls)
    {
        await using var user = await OrasUser.StartAsync(tls);
        user.Sandbox["NODE_EXTRA_CA_CERTS"] = user.Authority;
        var host = tls ? $"registry.test:{user.Server.Url.Port}" : user.Server.Host;
        var digest = await user.PushAsync("attested/artifact:1");

        var told = (await NodeScript.RunAsync(user.Sandbox, "sigstore-oci.mjs", user.Server.Password, $"{host}/attested/artifact", "1", user.Server.AppId)).MustSucceed().Json;

        Assert.Equal(digest, told.GetProperty("imageDigest").GetString());
        Assert.Equal(digest, told.GetProperty("subjectDigest").GetString());
        Assert.Equal([(told.GetProperty("digest").GetString()!, "application/vnd.dev.sigstore.bundle.v0.3+json")], await user.DiscoverAsync("attested/artifact:1"));
        Assert.Equal(["1"], await user.TagsAsync("attested/artifact"));
        var pulled = user.Sandbox.NewFolder("pulled");
        var manifest = (await user.DoAsync("manifest", "fetch", $"{user.Server.Host}/attested/artifact@{told.GetProperty("digest").GetString()}")).Json;
        await user.DoAsync("blob", "fetch", "--output", Path.Combine(pulled, "bundle"), $"{user.Server.Host}/attested/artifact@{manifest.GetProperty("layers")[0].GetProperty("digest").GetString()}");
        Assert.Equal("a bundle", await File.ReadAllTextAsync(Path.Combine(pulled, "bundle")));
    }

    [Fact]
    public async Task Wrong_credentials_attach_nothing()
    {
        await using var user = await OrasUser.StartAsync(tls: false);
        await user.PushAsync("attested/artifact:1");
        (await NodeScript.RunAsync(user.Sandbox, "sigstore-oci.mjs", "wrong", $"{user.Server.Host}/attested/artifact", "1", user.Server.AppId)).MustFail();
        Assert.Empty(await user.DiscoverAsync("attested/artifact:1"));
    }
}
