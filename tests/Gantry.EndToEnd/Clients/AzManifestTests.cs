using System.Text.Json;

namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified az: <c>az acr manifest</c>.</summary>
public sealed class AzManifestTests
{
    [Fact]
    public async Task Lists_shows_finds_referrers_and_deletes()
    {
        await using var user = await OrasUser.StartAsync(tls: true);
        await AzCloud.SetAsync(user);
        var (first, second) = (await user.PushAsync("samples/artifact:1.0,1.1"), await user.PushAsync("samples/artifact:2.0"));
        user.Sandbox.Write("sbom.json", "{}");
        var sbom = (await user.DoAsync("attach", $"{user.Server.Host}/samples/artifact:1.0", "--artifact-type", "example/sbom", "sbom.json")).Digest;
        user.Sandbox.Write("signature.bin", "signed");
        var signature = (await user.DoAsync("attach", $"{user.Server.Host}/samples/artifact:1.0", "--artifact-type", "example/signature", "signature.bin")).Digest;
        Task<ToolResult> Az(string verb, params string[] arguments) => AzCloud.ManifestAsync(user, [verb, .. arguments]);

        var listed = (await Az("list-metadata", "--name", "samples/artifact", "--orderby", "time_asc")).MustSucceed().Json;
        Assert.Equal([first, second, sbom, signature], Digests(listed));
        Assert.Equal(["1.0", "1.1"], listed[0].GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).Order());
        Assert.Equal([signature, sbom], Digests((await Az("list-metadata", "--name", "samples/artifact", "--orderby", "time_desc", "--top", "2")).MustSucceed().Json));
        Assert.Equal(second, (await Az("show-metadata", "--name", "samples/artifact:2.0")).MustSucceed().Json.GetProperty("digest").GetString());

        var raw = await Az("show", "--name", "samples/artifact:1.0", "--raw");
        Assert.Equal((await user.DoAsync("manifest", "fetch", $"{user.Server.Host}/samples/artifact:1.0")).Out, raw.MustSucceed().Out.TrimEnd('\n'));
        var shown = (await Az("show", "--name", $"samples/artifact@{first}")).MustSucceed().Json;
        Assert.Equal("application/vnd.example", shown.GetProperty("artifactType").GetString());

        Assert.Equal(new[] { sbom, signature }.Order(), Digests(await ReferrersAsync("samples/artifact:1.0")).Order());
        Assert.Equal([signature], Digests(await ReferrersAsync($"samples/artifact@{first}", "--artifact-type", "example/signature")));
        Assert.Empty(Digests(await ReferrersAsync("samples/artifact:2.0")));

        Assert.False((await Az("update-metadata", "--name", "samples/artifact:2.0", "--delete-enabled", "false")).MustSucceed().Json.GetProperty("changeableAttributes").GetProperty("deleteEnabled").GetBoolean());
        var refused = (await Az("delete", "--name", $"samples/artifact@{second}", "--yes")).MustFail();
        Assert.Contains("disallowed", refused.Error, StringComparison.OrdinalIgnoreCase);
        (await Az("delete", "--name", $"samples/artifact@{signature}", "--yes")).MustSucceed();
        Assert.Equal([sbom], Digests(await ReferrersAsync("samples/artifact:1.0")));
        (await Az("delete", "--name", "samples/artifact:1.1", "--yes")).MustSucceed();
        // A delete by tag takes the manifest and all of its tags, as the service does.
        Assert.Equal(["2.0"], await user.TagsAsync("samples/artifact"));
        (await Az("show", "--name", $"samples/artifact@{first}")).MustFail();

        async Task<JsonElement> ReferrersAsync(string image, params string[] more) =>
            (await Az("list-referrers", ["--name", image, .. more])).MustSucceed().Json.GetProperty("manifests");
    }

    private static IReadOnlyList<string> Digests(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetProperty("digest").GetString()!)];
}
