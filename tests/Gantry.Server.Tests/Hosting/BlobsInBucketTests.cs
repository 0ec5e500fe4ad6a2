using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Gantry.Protocol.Oci;
using Gantry.Server.Hosting;
using Gantry.Server.Tests.Storage.S3;
using Gantry.Testing;
using Gantry.Testing.Storage;

namespace Gantry.Server.Tests.Hosting;

/// <summary>A whole server whose blobs lie in a bucket.</summary>
public sealed class BlobsInBucketTests(S3Store store)
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(13_000_000);

    private static readonly Digest ContentDigest = Digest.Of(Content);

    [Fact]
    public async Task What_is_pushed_in_chunks_across_a_restart_is_pulled_whole_and_in_ranges()
    {
        await using var registry = await StartAsync(redirect: false);
        var start = await registry.SendAsync("POST", "/v2/team/app/blobs/uploads/", null, Authorization(registry));
        var location = start["Location"]!;
        Assert.Equal(202, (await registry.SendAsync("PATCH", location, Bytes(0, 6_000_001), Authorization(registry))).Status);
        await registry.RestartAsync();
        Assert.Equal("0-6000000", (await registry.SendAsync("GET", location, null, Authorization(registry)))["Range"]!);
        Assert.Equal(202, (await registry.SendAsync("PATCH", location, Bytes(6_000_001, 12_999_000), Authorization(registry))).Status);

        Assert.Equal(201, (await registry.SendAsync("PUT", $"{location}?digest={ContentDigest}", Bytes(12_999_000, Content.Length), Authorization(registry))).Status);

        var path = $"/v2/team/app/blobs/{ContentDigest}";
        Assert.Equal(Content, (await registry.SendAsync("GET", path, null, Authorization(registry))).Body);
        var part = await registry.SendAsync("GET", path, null, Authorization(registry), "Range: bytes=5242870-5242899");
        Assert.Equal((206, Convert.ToHexString(Content[5242870..5242900])), (part.Status, Convert.ToHexString(part.Body)));
        Assert.False(Directory.Exists(Path.Join(registry.Folder, "blobs")));
        Assert.Equal(200, (await registry.SendAsync("GET", "/readyz")).Status);
    }

    [Fact]
    public async Task A_small_blob_in_one_request_and_the_wrong_digest()
    {
        await using var registry = await StartAsync(redirect: false);
        var digest = Digest.Of("hello"u8);

        var refused = await registry.SendAsync("POST", $"/v2/team/app/blobs/uploads/?digest={ContentDigest}", new ByteArrayContent("hello"u8.ToArray()), Authorization(registry));
        var taken = await registry.SendAsync("POST", $"/v2/team/app/blobs/uploads/?digest={digest}", new ByteArrayContent("hello"u8.ToArray()), Authorization(registry));

        Assert.Equal((400, 201), (refused.Status, taken.Status));
        Assert.Equal("hello", (await registry.SendAsync("GET", $"/v2/team/app/blobs/{digest}", null, Authorization(registry))).Text);
    }

    [Fact]
    public async Task A_pull_is_sent_to_the_bucket_where_it_is_told_so()
    {
        await using var registry = await StartAsync(redirect: true);
        var path = $"/v2/team/app/blobs/{ContentDigest}";
        Assert.Equal(201, (await registry.SendAsync("POST", $"/v2/team/app/blobs/uploads/?digest={ContentDigest}", Bytes(0, Content.Length), Authorization(registry))).Status);

        var head = await registry.SendAsync("HEAD", path, null, Authorization(registry));
        var whole = await registry.SendAsync("GET", path, null, Authorization(registry));
        var ranged = await registry.SendAsync("GET", path, null, Authorization(registry), "Range: bytes=10-19");
        var beyond = await registry.SendAsync("GET", path, null, Authorization(registry), "Range: bytes=99999999-");
        var stranger = await registry.SendAsync("GET", path);

        Assert.Equal((200, 307, 307, 416, 401), (head.Status, whole.Status, ranged.Status, beyond.Status, stranger.Status));
        // Without the registry's credentials.
        using var client = new HttpClient(new SocketsHttpHandler());
        Assert.Equal(Content, await client.GetByteArrayAsync(new Uri(whole["Location"]!)));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(ranged["Location"]!)) { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var part = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(Content[10..20], await part.Content.ReadAsByteArrayAsync());
        Assert.DoesNotContain(registry.Log, line => line.Contains("Signature", StringComparison.OrdinalIgnoreCase) || line.Contains(CephCluster.Keys.SecretKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_answers_nothing_makes_503_with_a_time_to_come_again()
    {
        var cluster = await store.Cluster;
        await using var proxy = new FlakyProxy(cluster.Endpoint);
        await using var registry = await RegistryInProcess.StartAsync(options => options with
        {
            Blobs = BlobsAddress.In(cluster.NewBucket() with { Endpoint = proxy.Endpoint }),
            S3Keys = CephCluster.Keys,
        });
        proxy.Stall();

        var answer = await registry.SendAsync("POST", $"/v2/team/app/blobs/uploads/?digest={Digest.Of("hello"u8)}", new ByteArrayContent("hello"u8.ToArray()), Authorization(registry));

        Assert.Equal((503, true), (answer.Status, answer["Retry-After"] is { Length: > 0 }));
        proxy.Flow();
        Assert.Equal(201, (await registry.SendAsync("POST", $"/v2/team/app/blobs/uploads/?digest={Digest.Of("hello"u8)}", new ByteArrayContent("hello"u8.ToArray()), Authorization(registry))).Status);
    }

    private async Task<RegistryInProcess> StartAsync(bool redirect)
    {
        var bucket = (await store.Cluster).NewBucket();
        return await RegistryInProcess.StartAsync(options => options with
        {
            Blobs = BlobsAddress.In(bucket),
            S3Keys = CephCluster.Keys,
            Limits = options.Limits with { Registry = options.Limits.Registry with { RedirectBlobs = redirect } },
        });
    }

    private static ByteArrayContent Bytes(int from, int end) => new(Content, from, end - from);

    private static string Authorization(RegistryInProcess registry) => $"Authorization: {RegistryInProcess.Basic(registry.Owner)}";
}
