using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Gantry.Server.Storage;
using Gantry.Server.Storage.S3;
using Gantry.Testing.Storage;
using ByteRange = Gantry.Protocol.Distribution.ByteRange;

namespace Gantry.Server.Tests.Storage.S3;

/// <summary>A store that is slow, silent, busy, gone or somebody else's.</summary>
public sealed class S3FaultTests(S3Store store)
{
    private static readonly BlobPath Target = BlobPath.Of("blobs/target");

    private static readonly S3Options Hasty = S3Options.Default with
    {
        AttemptTimeout = TimeSpan.FromMilliseconds(500),
        AssemblyTimeout = TimeSpan.FromSeconds(2),
        RetryWindow = TimeSpan.FromSeconds(1),
        FirstPause = TimeSpan.FromMilliseconds(20),
        Attempts = 3,
    };

    /// <summary>Far beyond anything that the driver may take; a hang fails the test instead of stopping the run.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _bucket = $"test-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_store_that_answers_nothing_is_given_up_in_words_without_secrets()
    {
        await using var proxy = new FlakyProxy((await store.Cluster).Endpoint);
        await using var driver = await OpenAsync(proxy.Endpoint, Hasty);
        await driver.PutAsync(Target, new MemoryStream([1]), default);
        proxy.Stall();

        foreach (var operation in Operations(driver))
        {
            var failure = await Assert.ThrowsAsync<IOException>(async () => await operation().AsTask().WaitAsync(Patience));
            Assert.Contains(_bucket, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(CephCluster.Keys.SecretKey, failure.ToString(), StringComparison.Ordinal);
        }

        proxy.Flow();
        await driver.CheckAsync(default);
        Assert.Equal(1, (await driver.StatAsync(Target, default))!.Value.Size);
    }

    [Fact]
    public async Task A_store_that_is_gone_is_given_up()
    {
        var proxy = new FlakyProxy((await store.Cluster).Endpoint);
        await using var driver = await OpenAsync(proxy.Endpoint, Hasty);
        await proxy.DisposeAsync();

        foreach (var operation in Operations(driver))
            await Assert.ThrowsAsync<IOException>(async () => await operation().AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task An_upload_that_met_a_silent_store_keeps_its_bytes_and_goes_on()
    {
        var content = RandomNumberGenerator.GetBytes(12 * 1024 * 1024);
        await using var proxy = new FlakyProxy((await store.Cluster).Endpoint);
        await using var driver = await OpenAsync(proxy.Endpoint, Hasty with { AttemptTimeout = TimeSpan.FromSeconds(3) });
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var upload = await driver.OpenUploadAsync(null, default);
        proxy.Stall();
        await Assert.ThrowsAsync<IOException>(async () => await upload!.AppendAsync(new MemoryStream(content), [hash], long.MaxValue, default).AsTask().WaitAsync(Patience));
        Assert.Equal(SHA256.HashData(content.AsSpan(0, (int)upload!.Length)), hash.GetCurrentHash());

        proxy.Flow();
        await upload.AppendAsync(new MemoryStream(content[(int)upload.Length..]), [hash], long.MaxValue, default);
        await upload.CommitAsync(Target, default);
        Assert.Equal(content, await ReadAsync(driver));
        Assert.Equal(SHA256.HashData(content), hash.GetHashAndReset());
    }

    [Fact]
    public async Task A_body_whose_connection_is_lost_is_taken_up_where_it_broke_off()
    {
        var content = RandomNumberGenerator.GetBytes(12 * 1024 * 1024);
        await using var proxy = new FlakyProxy((await store.Cluster).Endpoint);
        await using var direct = await OpenAsync((await store.Cluster).Endpoint);
        await direct.PutAsync(Target, new MemoryStream(content), default);
        proxy.CutAnswers(after: 3 * 1024 * 1024, times: 3);
        await using var driver = await OpenAsync(proxy.Endpoint);

        Assert.Equal(content[1000..], await ReadAsync(driver, new ByteRange(1000, null)));
        Assert.Equal(3, proxy.CutSoFar);
    }

    [Fact]
    public async Task A_body_that_breaks_off_too_often_fails()
    {
        await using var proxy = new FlakyProxy((await store.Cluster).Endpoint);
        await using var direct = await OpenAsync((await store.Cluster).Endpoint);
        await direct.PutAsync(Target, new MemoryStream(new byte[12 * 1024 * 1024]), default);
        proxy.CutAnswers(after: 1024 * 1024, times: int.MaxValue);
        await using var driver = await OpenAsync(proxy.Endpoint);

        await Assert.ThrowsAnyAsync<IOException>(async () => await ReadAsync(driver));
    }

    [Fact]
    public async Task A_body_is_never_taken_up_from_another_object()
    {
        await using var proxy = new FlakyProxy((await store.Cluster).Endpoint);
        await using var direct = await OpenAsync((await store.Cluster).Endpoint);
        await direct.PutAsync(Target, new MemoryStream(RandomNumberGenerator.GetBytes(12 * 1024 * 1024)), default);
        proxy.CutAnswers(after: 3 * 1024 * 1024, times: 1);
        await using var driver = await OpenAsync(proxy.Endpoint);
        await using var stream = await driver.OpenReadAsync(Target, ByteRange.All, default);
        await stream!.ReadExactlyAsync(new byte[1000]);
        await direct.PutAsync(Target, new MemoryStream(RandomNumberGenerator.GetBytes(12 * 1024 * 1024)), default);

        await Assert.ThrowsAnyAsync<IOException>(async () => await stream.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task A_busy_store_is_asked_again()
    {
        var busy = 3;
        await using var driver = await OpenAsync((await store.Cluster).Endpoint, S3Options.Default with { Before = Refuse });
        busy = 2;

        await driver.PutAsync(Target, new MemoryStream([7]), default);

        Assert.Equal(0, busy);
        Assert.Equal([7], await ReadAsync(driver));

        void Refuse(string operation)
        {
            if (operation == "storing an object" && busy-- > 0)
                throw new AmazonS3Exception("busy", ErrorType.Receiver, "SlowDown", "id", HttpStatusCode.ServiceUnavailable);
            busy = Math.Max(busy, 0);
        }
    }

    [Theory]
    [InlineData("SlowDown", HttpStatusCode.ServiceUnavailable)]
    [InlineData("TooManyRequests", HttpStatusCode.TooManyRequests)]
    public async Task A_deletion_that_a_busy_store_turns_away_is_asked_again(string code, HttpStatusCode status)
    {
        var (busy, refusals) = (false, 0);
        await using var driver = await OpenAsync((await store.Cluster).Endpoint, S3Options.Default with { Before = Refuse });
        await driver.PutAsync(Target, new MemoryStream([7]), default);
        busy = true;

        await driver.DeleteAsync(Target, default);

        Assert.Null(await driver.OpenReadAsync(Target, ByteRange.All, default));
        (busy, refusals) = (true, 0);
        await driver.CheckAsync(default);
        (busy, refusals) = (true, -1000);
        await Assert.ThrowsAsync<IOException>(async () => await driver.DeleteAsync(Target, default));
        Assert.Equal(-1000 + S3Options.Default.Attempts, refusals);

        void Refuse(string operation)
        {
            if (busy && operation == "deleting an object" && refusals < 2)
            {
                refusals++;
                throw new AmazonS3Exception("busy", ErrorType.Receiver, code, "id", status);
            }
        }
    }

    [Fact]
    public async Task A_deletion_is_asked_again_for_the_stores_own_503_and_not_for_a_proxys()
    {
        const string Busy = "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>slower</Message></Error>";
        await using var own = new BusyStore("x-amz-request-id: tx1\r\nContent-Type: application/xml\r\n", Busy);
        await using var proxys = new BusyStore("Content-Type: text/html\r\n", "<html>no server is available</html>");
        await using var patient = await OpenAsync(own.Endpoint);
        await using var careful = await OpenAsync(proxys.Endpoint);

        await patient.DeleteAsync(Target, default);
        await Assert.ThrowsAsync<IOException>(async () => await careful.DeleteAsync(Target, default));

        Assert.Equal((2, 1), (own.Deletions, proxys.Deletions));
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_named()
    {
        var failure = await Assert.ThrowsAsync<IOException>(async () => await S3BlobDriver.OpenAsync((await store.Cluster).At(_bucket) with { Create = false }, CephCluster.Keys, null, TimeProvider.System, default));

        Assert.Contains($"there is no bucket \"{_bucket}\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains("create=true", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gantrytestkey", "wrong-secret")]
    [InlineData("nobody", "gantrytestsecret")]
    public async Task Keys_that_the_store_does_not_know_are_refused_without_showing_them(string access, string secret)
    {
        var failure = await Assert.ThrowsAsync<IOException>(async () => await S3BlobDriver.OpenAsync((await store.Cluster).At(_bucket), new S3Keys(access, secret), null, TimeProvider.System, default));

        Assert.Contains("refuses these keys", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_404_that_is_not_the_stores_own_is_a_failure_and_no_absence()
    {
        var astray = false;
        await using var driver = await OpenAsync((await store.Cluster).Endpoint, S3Options.Default with { Before = Answer });
        await driver.PutAsync(Target, new MemoryStream([1]), default);
        astray = true;

        await Assert.ThrowsAnyAsync<IOException>(async () => await driver.OpenReadAsync(Target, ByteRange.All, default));
        await Assert.ThrowsAnyAsync<IOException>(async () => await driver.DeleteAsync(Target, default));

        astray = false;
        Assert.Equal([1], await ReadAsync(driver));
        Assert.Null(await driver.OpenReadAsync(BlobPath.Of("blobs/none"), ByteRange.All, default));

        void Answer(string operation)
        {
            if (astray)
                throw new AmazonS3Exception("not here", ErrorType.Unknown, "NotFound", "id", HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_deletion_that_is_not_answered_is_not_tried_again()
    {
        var deletions = 0;
        await using var driver = await OpenAsync((await store.Cluster).Endpoint, S3Options.Default with { After = Lose });
        await driver.PutAsync(Target, new MemoryStream([1]), default);

        await Assert.ThrowsAsync<IOException>(async () => await driver.DeleteAsync(Target, default));

        Assert.Equal(1, deletions);

        void Lose(string operation)
        {
            if (operation == "deleting an object" && ++deletions > 0)
                throw new IOException("the answer is lost");
        }
    }

    [Fact]
    public async Task A_bucket_that_was_removed_is_a_failure_and_no_absence()
    {
        await using var driver = await OpenAsync((await store.Cluster).Endpoint);
        using var other = new AmazonS3Client(new BasicAWSCredentials(CephCluster.Keys.AccessKey, CephCluster.Keys.SecretKey),
            new AmazonS3Config { ServiceURL = (await store.Cluster).Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        await other.DeleteBucketAsync(_bucket);

        await Assert.ThrowsAnyAsync<IOException>(async () => await driver.OpenReadAsync(Target, ByteRange.All, default));
        await Assert.ThrowsAnyAsync<IOException>(async () => await driver.CheckAsync(default));
    }

    [Fact]
    public async Task A_signed_address_gives_the_object_and_its_ranges_to_whoever_has_it()
    {
        var content = RandomNumberGenerator.GetBytes(100_000);
        await using var driver = await OpenAsync((await store.Cluster).Endpoint);
        await driver.PutAsync(Target, new MemoryStream(content), default);
        using var client = new HttpClient(new SocketsHttpHandler());

        var address = await driver.GetRedirectAsync(Target, TimeSpan.FromMinutes(1), default);
        Assert.DoesNotContain(CephCluster.Keys.SecretKey, address!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(content, await client.GetByteArrayAsync(address));

        using var ranged = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var part = await client.SendAsync(ranged);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(content[10..20], await part.Content.ReadAsByteArrayAsync());

        using var unsigned = await client.GetAsync(new Uri(address.GetLeftPart(UriPartial.Path)));
        Assert.Equal(HttpStatusCode.Forbidden, unsigned.StatusCode);
    }

    private static IEnumerable<Func<ValueTask>> Operations(S3BlobDriver driver) =>
    [
        async () => await driver.StatAsync(Target, default),
        async () => await driver.OpenReadAsync(Target, ByteRange.All, default),
        () => driver.PutAsync(BlobPath.Of("blobs/other"), new MemoryStream([1]), default),
        () => driver.DeleteAsync(BlobPath.Of("blobs/other"), default),
        async () => await driver.ListAsync(BlobPath.Of("blobs"), default).ToListAsync(),
        () => driver.CheckAsync(default),
    ];

    private async Task<S3BlobDriver> OpenAsync(Uri endpoint, S3Options? options = null) =>
        await S3BlobDriver.OpenAsync(new S3Location { Bucket = _bucket, Endpoint = endpoint, Create = true }, CephCluster.Keys, options, TimeProvider.System, default);

    private static async Task<byte[]> ReadAsync(S3BlobDriver driver, ByteRange? range = null)
    {
        await using var stream = await driver.OpenReadAsync(Target, range ?? ByteRange.All, default);
        using var copy = new MemoryStream();
        await stream!.CopyToAsync(copy);
        return copy.ToArray();
    }
}
