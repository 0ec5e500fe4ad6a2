using System.Text;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Runs;
using Gantry.Testing;

namespace Gantry.Server.Tests.Upgrades;

/// <summary>Folders of earlier programs are brought forward at the first start and lose nothing: each fact that was true when they were left is asked over HTTP.</summary>
public sealed class UpgradeTests
{
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    private const string AnyManifest = $"Accept: {Manifest}, application/vnd.oci.image.index.v1+json";

    public static TheoryData<string> Folders { get; } = ["schema-1", "issue-2", "issue-3", "issue-4", "issue-5"];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Everything_in_it_reads_back_with_the_digest_it_had(string name)
    {
        using var earlier = new EarlierFolder(name);
        await using var registry = await StartAsync(earlier);
        var owner = earlier.Authorization("owner");

        Assert.NotEmpty(earlier.All("tag"));
        foreach (var tag in earlier.All("tag"))
            await ReadManifestAsync(registry, owner, repository: tag[0], reference: tag[1], Digest.Parse(tag[2]));
        foreach (var untagged in earlier.All("untagged"))
            await ReadManifestAsync(registry, owner, untagged[0], untagged[1], Digest.Parse(untagged[1]));
        foreach (var blob in earlier.All("blob"))
            await ReadBlobAsync(registry, owner, blob[0], Digest.Parse(blob[1]));
        foreach (var referrer in earlier.All("referrer"))
        {
            var found = await registry.SendAsync("GET", $"/v2/{referrer[0]}/referrers/{referrer[1]}", null, owner);
            Assert.Equal(referrer[2], Assert.Single(found.Json.GetProperty("manifests").EnumerateArray()).GetProperty("digest").GetString());
        }
        foreach (var gone in earlier.All("gone"))
            Assert.Equal(404, (await registry.SendAsync("GET", $"/v2/{gone[0]}/tags/list", null, owner)).Status);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Its_principals_sign_in_and_may_do_what_they_might(string name)
    {
        using var earlier = new EarlierFolder(name);
        await using var registry = await StartAsync(earlier);
        var reader = earlier.Authorization("reader");

        Assert.Empty(registry.Server.NewOwners);
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/samples/artifact/manifests/1.0", null, reader, AnyManifest)).Status);
        Assert.NotEqual(200, (await registry.SendAsync("GET", "/v2/samples/locked/manifests/1.0", null, reader, AnyManifest)).Status);
        Assert.NotEqual(202, (await registry.SendAsync("POST", "/v2/samples/artifact/blobs/uploads/", null, reader)).Status);
        var forToken = $"/oauth2/token?service={registry.LoginServer}&scope=repository:samples/artifact:pull";
        var token = (await registry.SendAsync("GET", forToken, null, reader)).Json.GetProperty("access_token").GetString();
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/samples/artifact/manifests/1.0", null, $"Authorization: Bearer {token}", AnyManifest)).Status);
        Assert.Equal(401, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(earlier.All("principal")[0][1], "wrong")}")).Status);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Its_locks_hold_its_upload_ends_and_pushes_go_on(string name)
    {
        using var earlier = new EarlierFolder(name);
        await using var registry = await StartAsync(earlier);
        var owner = earlier.Authorization("owner");

        foreach (var locked in earlier.All("locked"))
        {
            var there = await registry.SendAsync("GET", $"/v2/{locked[0]}/manifests/{locked[1]}", null, owner, AnyManifest);
            Assert.Equal(405, (await registry.SendAsync("DELETE", $"/v2/{locked[0]}/manifests/{there["Docker-Content-Digest"]}", null, owner)).Status);
            Assert.Equal(405, (await registry.SendAsync("PUT", $"/v2/{locked[0]}/manifests/{locked[1]}", Typed(there.Body), owner)).Status);
        }

        // The upload that was left goes on where it stopped.
        var upload = Assert.Single(earlier.All("upload"));
        var status = await registry.SendAsync("GET", upload[0], null, owner);
        Assert.Equal(204, status.Status);
        Assert.Equal($"0-{int.Parse(upload[1], System.Globalization.CultureInfo.InvariantCulture) - 1}", status["Range"]);
        var whole = Digest.Of(Encoding.ASCII.GetBytes("a blob of its own, finished"));
        Assert.Equal(201, (await registry.SendAsync("PUT", $"{status["Location"]}?digest={whole}".Replace("http://" + registry.LoginServer, "", StringComparison.Ordinal), new StringContent(", finished"), owner)).Status);

        // A manifest over the blob that came so, and over one that was there.
        var config = Descriptor(Digest.Of("{}"u8.ToArray()), 2);
        Assert.Equal(201, (await registry.SendAsync("POST", $"/v2/samples/abandoned/blobs/uploads/?mount={config.Digest}&from=samples/artifact", null, owner)).Status);
        var body = Encoding.ASCII.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{Manifest}}","config":{{config.Json}},"layers":[{{Descriptor(whole, 27).Json}}]}""");
        Assert.Equal(201, (await registry.SendAsync("PUT", "/v2/samples/abandoned/manifests/new", Typed(body), owner)).Status);
        await registry.RestartAsync();
        await ReadManifestAsync(registry, owner, "samples/abandoned", "new", Digest.Of(body));
    }

    [Theory]
    [InlineData("issue-3")]
    [InlineData("issue-4")]
    [InlineData("issue-5")]
    public async Task Its_runs_are_over_as_they_were_and_their_logs_are_there(string name)
    {
        using var earlier = new EarlierFolder(name);
        await using var registry = await StartAsync(earlier);
        var owner = earlier.Authorization("owner");
        var run = Assert.Single(earlier.All("run"))[0];

        var shown = await registry.SendAsync("GET", $"{RunPaths.Registry("myregistry")}/runs/{run}?{RunPaths.ApiVersion}", null, owner);
        Assert.Equal("Succeeded", shown.Json.GetProperty("properties").GetProperty("status").GetString());
        var link = await registry.SendAsync("POST", $"{RunPaths.Registry("myregistry")}/runs/{run}/listLogSasUrl?{RunPaths.ApiVersion}", null, owner);
        var log = await registry.SendAsync("GET", new Uri(link.Json.GetProperty("logLink").GetString()!).PathAndQuery);
        Assert.Contains("built/image", log.Text, StringComparison.Ordinal);
    }

    private static Task<RegistryInProcess> StartAsync(EarlierFolder earlier) =>
        RegistryInProcess.StartAsync(options => options with { DataFolder = earlier.Data });

    private static async Task ReadManifestAsync(RegistryInProcess registry, string owner, string repository, string reference, Digest digest)
    {
        var answer = await registry.SendAsync("GET", $"/v2/{repository}/manifests/{reference}", null, owner, AnyManifest);
        Assert.Equal(200, answer.Status);
        Assert.Equal(digest, Digest.Of(answer.Body));
        var manifest = Protocol.Oci.Manifest.Parse(answer.Body, MediaType.Parse(answer["Content-Type"]!), OciLimits.Default);
        foreach (var child in manifest.Manifests)
            await ReadManifestAsync(registry, owner, repository, child.Digest.ToString(), child.Digest);
        foreach (var blob in manifest.Blobs)
            await ReadBlobAsync(registry, owner, repository, blob.Digest);
    }

    private static async Task ReadBlobAsync(RegistryInProcess registry, string owner, string repository, Digest digest)
    {
        var answer = await registry.SendAsync("GET", $"/v2/{repository}/blobs/{digest}", null, owner);
        Assert.Equal(200, answer.Status);
        Assert.Equal(digest, Digest.Of(digest.Algorithm, answer.Body));
    }

    private static ByteArrayContent Typed(byte[] manifest) => new(manifest) { Headers = { ContentType = new(Manifest) } };

    private static (Digest Digest, string Json) Descriptor(Digest digest, long size) =>
        (digest, $$"""{"mediaType":"application/octet-stream","digest":"{{digest}}","size":{{size}}}""");
}
