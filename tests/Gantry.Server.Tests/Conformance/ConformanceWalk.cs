using System.Security.Cryptography;
using Gantry.Protocol.Oci;
using Gantry.Testing;

namespace Gantry.Server.Tests.Conformance;

/// <summary>Walks the whole tree against a registry of its own.</summary>
internal sealed class ConformanceWalk(ConformanceLog log, ConformanceClient client)
{
    private const string Repository = "conformance/repo1";
    private const string Other = "conformance/repo2";

    private readonly BlobSteps _blobs = new(client);

    public static async Task<ConformanceLog> RunAsync(ConformanceSetting setting)
    {
        var log = new ConformanceLog();
        // Only the sparse set needs the policy: everything else is tested as a registry is by default.
        await using var strict = await RegistryInProcess.StartAsync(setting.Apply);
        await using var sparse = await RegistryInProcess.StartAsync(options => setting.Apply(options) with
        {
            Limits = options.Limits with { Registry = options.Limits.Registry with { AllowSparse = true } },
        });
        using var client = new ConformanceClient(strict, setting);
        using var sparseClient = new ConformanceClient(sparse, setting);
        await new ConformanceWalk(log, client).RunAsync(new ConformanceWalk(log, sparseClient));
        return log;
    }

    private async Task RunAsync(ConformanceWalk sparse)
    {
        await log.StepAsync("ping", async () => (await client.SendAsync("GET", "/v2/")).Expect(200).ExpectHeader("Docker-Distribution-Api-Version", "registry/2.0"));
        await log.GroupAsync("empty", EmptyAsync);
        foreach (var algorithm in (DigestAlgorithm[])[DigestAlgorithm.Sha256, DigestAlgorithm.Sha512])
            await new BlobTree(log, _blobs, algorithm, Repository, Other).RunAsync();
        foreach (var set in DataSets.All)
            await (set.Sparse ? sparse : this).RunAsync(set);
        await log.GroupAsync("missing-manifest", MissingAsync);
        await log.GroupAsync("invalid-digest-format", InvalidAsync);
    }

    private Task RunAsync(DataSet set) => new DataSetTree(log, client, _blobs, Repository).RunAsync(set);

    private async Task EmptyAsync()
    {
        await log.StepAsync("tag list", async () => (await client.SendAsync("GET", $"/v2/{Repository}/tags/list")).Expect(404, "NAME_UNKNOWN"));
        await log.StepAsync("referrers", async () =>
        {
            var answer = await client.SendAsync("GET", $"/v2/{Repository}/referrers/{Digest.Of(RandomNumberGenerator.GetBytes(64))}");
            answer.Expect(200).ExpectHeader("Content-Type", DataSetBuilder.IndexType);
            Assert.Empty(answer.Json.GetProperty("manifests").EnumerateArray());
        });
    }

    private async Task MissingAsync()
    {
        await log.StepAsync("by-digest", async () =>
            (await client.SendAsync("GET", $"/v2/{Repository}/manifests/{Digest.Of(RandomNumberGenerator.GetBytes(1024))}")).Expect(404, "MANIFEST_UNKNOWN"));
        await log.StepAsync("by-tag", async () =>
            (await client.SendAsync("GET", $"/v2/{Repository}/manifests/missing-{RandomNumberGenerator.GetHexString(20, lowercase: true)}")).Expect(404, "MANIFEST_UNKNOWN"));
    }

    private async Task InvalidAsync()
    {
        var path = $"/v2/{Repository}/manifests/sha256:baddigeststring";
        var set = new DataSet("invalid-manifest-digest");
        var manifest = new DataSetBuilder(set).Image(new Shape { Layers = 1 });
        foreach (var blob in set.Blobs.Values)
            await log.StepAsync("blob-post-put", () => _blobs.PostPutAsync(Repository, blob));
        await log.StepAsync("manifest-put", async () => (await client.SendAsync(
            new ConformanceRequest("PUT", client.UrlOf(path)) { Body = manifest.Blob.Bytes, ContentType = manifest.MediaType, Streamed = true })).Expect(400, "DIGEST_INVALID"));
        await log.StepAsync("manifest-get", async () => (await client.SendAsync("GET", path)).Expect(400, "DIGEST_INVALID"));
        await log.GroupAsync("delete", async () =>
        {
            await log.StepAsync("manifest-delete", async () => (await client.SendAsync("DELETE", $"/v2/{Repository}/manifests/{manifest.Blob.Digest}")).Expect(404));
            foreach (var digest in set.Blobs.Keys)
                await log.StepAsync("blob-delete", () => _blobs.DeleteAsync(Repository, digest));
        });
    }
}
