using System.Security.Cryptography;
using System.Text.Json;

namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified oras below the artifact: manifests, indexes, blobs, and whole repositories as a backup.</summary>
public sealed class OrasContentTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Manifests_are_fetched_pushed_and_deleted(bool tls)
    {
        await using var user = await OrasUser.StartAsync(tls);
        var (sandbox, repository) = (user.Sandbox, $"{user.Server.Host}/low/manifests");
        sandbox.Write("config.json", """{"made":"here"}""");
        sandbox.Write("artifact.txt", "artifact");
        var pushed = await user.DoAsync("push", $"{repository}:1", "--config", "config.json:application/vnd.example.config", "artifact.txt:text/plain");

        var manifest = await user.DoAsync("manifest", "fetch", $"{repository}:1");
        Assert.Equal(pushed.Digest, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(manifest.Out))));
        var descriptor = (await user.DoAsync("manifest", "fetch", "--descriptor", $"{repository}:1")).Json;
        Assert.Equal((pushed.Digest, manifest.Out.Length), (descriptor.GetProperty("digest").GetString(), descriptor.GetProperty("size").GetInt32()));
        Assert.Equal("""{"made":"here"}""", (await user.DoAsync("manifest", "fetch-config", $"{repository}:1")).Out);

        // The same bytes under two tags more, then other bytes.
        var file = sandbox.Write("manifest.json", manifest.Out);
        Assert.Equal(pushed.Digest, (await user.DoAsync("manifest", "push", $"{repository}:2,3", file)).Digest);
        Assert.Equal(pushed.Digest, (await user.DoAsync("resolve", $"{repository}:3")).Out.Trim());
        var other = sandbox.Write("other.json", manifest.Out.Replace("vnd.example.config", "vnd.example.another", StringComparison.Ordinal));
        var second = (await user.DoAsync("manifest", "push", $"{repository}:3", other)).Digest;
        Assert.NotEqual(pushed.Digest, second);
        var unknown = sandbox.Write("unknown.json", manifest.Out.Replace(Digests(manifest.Json)[0][7..], new string('0', 64), StringComparison.Ordinal));
        Assert.Contains("unknown", (await user.RunAsync("manifest", "push", $"{repository}:4", unknown)).MustFail().Error, StringComparison.Ordinal);

        await user.DoAsync("manifest", "delete", "--force", $"{repository}@{pushed.Digest}");
        Assert.Equal(["3"], await user.TagsAsync("low/manifests"));
        (await user.RunAsync("manifest", "fetch", $"{repository}@{pushed.Digest}")).MustFail();
        Assert.Equal(second, (await user.DoAsync("resolve", $"{repository}:3")).Out.Trim());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Indexes_are_created_and_updated(bool tls)
    {
        await using var user = await OrasUser.StartAsync(tls);
        var repository = $"{user.Server.Host}/low/indexes";
        string[] parts = [await user.PushAsync("low/indexes:amd64"), await user.PushAsync("low/indexes:arm64"), await user.PushAsync("low/indexes:riscv64")];

        await user.DoAsync("manifest", "index", "create", $"{repository}:all,latest", "amd64", parts[1], "--annotation", "made=here", "--artifact-type", "application/vnd.example.all");
        var made = (await user.DoAsync("manifest", "fetch", $"{repository}:latest")).Json;
        Assert.Equal(parts[..2], Digests(made));
        Assert.Equal("here", made.GetProperty("annotations").GetProperty("made").GetString());

        await user.DoAsync("manifest", "index", "update", $"{repository}:all", "--add", "riscv64", "--remove", parts[0]);
        Assert.Equal(parts[1..], Digests((await user.DoAsync("manifest", "fetch", $"{repository}:all")).Json));
        Assert.Equal(parts[..2], Digests((await user.DoAsync("manifest", "fetch", $"{repository}:latest")).Json));
        await user.DoAsync("manifest", "index", "update", $"{repository}:all", "--merge", "latest", "--tag", "merged");
        // What both have stays twice: so oras merges.
        Assert.Equal(parts.Append(parts[1]).Order(), Digests((await user.DoAsync("manifest", "fetch", $"{repository}:merged")).Json).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Blobs_are_fetched_pushed_and_deleted(bool tls)
    {
        await using var user = await OrasUser.StartAsync(tls);
        var (sandbox, repository) = (user.Sandbox, $"{user.Server.Host}/low/blobs");
        var content = RandomNumberGenerator.GetHexString(300_000);
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));

        await user.DoAsync("blob", "push", repository, sandbox.Write("blob.bin", content));
        Assert.Equal(300_000, (await user.DoAsync("blob", "fetch", "--descriptor", $"{repository}@{digest}")).Json.GetProperty("size").GetInt32());
        await user.DoAsync("blob", "fetch", "--output", "fetched.bin", $"{repository}@{digest}");
        Assert.Equal(content, await File.ReadAllTextAsync(Path.Combine(sandbox.Work, "fetched.bin")));

        var piped = await Tool.RunAsync(RealClients.Unpacked("oras"), ["blob", "push", $"{repository}@sha256:{Convert.ToHexStringLower(SHA256.HashData("piped"u8))}", "-", "--size", "5", .. user.Trust], sandbox.Setting with { Input = "piped" });
        piped.MustSucceed();
        Assert.Equal("piped", (await user.DoAsync("blob", "fetch", "--output", "-", piped.Digest.Insert(0, repository + "@"))).Out);

        await user.DoAsync("blob", "delete", "--force", $"{repository}@{digest}");
        (await user.RunAsync("blob", "fetch", "--descriptor", $"{repository}@{digest}")).MustFail();
    }

    [Theory]
    [InlineData(false, "backup")]
    [InlineData(true, "backup.tar")]
    public async Task A_repository_is_backed_up_and_restored_with_its_referrers(bool tls, string output)
    {
        await using var user = await OrasUser.StartAsync(tls);
        var host = user.Server.Host;
        string[] pushed = [await user.PushAsync("kept/one:1"), await user.PushAsync("kept/one:2")];
        user.Sandbox.Write("sbom.json", "{}");
        var sbom = (await user.DoAsync("attach", $"{host}/kept/one:1", "--artifact-type", "example/sbom", "sbom.json")).Digest;
        user.Sandbox.Write("signature.bin", "signed");
        var signature = (await user.DoAsync("attach", $"{host}/kept/one@{sbom}", "--artifact-type", "example/signature", "signature.bin")).Digest;

        await user.DoAsync("backup", "--output", output, "--include-referrers", $"{host}/kept/one");
        await user.DoAsync("restore", "--input", output, $"{host}/kept/two");
        await user.DoAsync("restore", "--input", output, "--exclude-referrers", $"{host}/kept/bare:2");

        Assert.Equal(["1", "2"], await user.TagsAsync("kept/two"));
        Assert.Equal(pushed[0], (await user.DoAsync("resolve", $"{host}/kept/two:1")).Out.Trim());
        Assert.Equal(pushed[1], (await user.DoAsync("resolve", $"{host}/kept/two:2")).Out.Trim());
        Assert.Equal([(sbom, "example/sbom")], await user.DiscoverAsync("kept/two:1"));
        Assert.Equal([(signature, "example/signature")], await user.DiscoverAsync($"kept/two@{sbom}"));
        Assert.Equal(["2"], await user.TagsAsync("kept/bare"));
    }

    /// <summary>What a manifest names, in its order.</summary>
    private static IReadOnlyList<string> Digests(JsonElement manifest) =>
        [.. (manifest.TryGetProperty("manifests", out var entries) ? entries : manifest.GetProperty("layers")).EnumerateArray().Select(entry => entry.GetProperty("digest").GetString()!)];
}
