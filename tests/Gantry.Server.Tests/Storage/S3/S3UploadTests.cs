using System.Net;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Registry;
using Gantry.Server.Storage;
using Gantry.Server.Storage.S3;
using Gantry.Testing;
using Gantry.Testing.Storage;
using ByteRange = Gantry.Protocol.Distribution.ByteRange;

namespace Gantry.Server.Tests.Storage.S3;

/// <summary>Uploads that several nodes hold, that lose their node, or whose parts somebody touches.</summary>
public sealed class S3UploadTests(S3Store store)
{
    private const int Part = 5 * 1024 * 1024;

    private static readonly BlobPath Target = BlobPath.Of("blobs/target");

    private static readonly byte[] Content = RandomNumberGenerator.GetBytes((2 * Part) + 777_777);

    private static readonly byte[] Twice = [.. Content, .. Content];

    private readonly string _bucket = $"test-{Guid.NewGuid():N}";

    [Fact]
    public async Task An_upload_goes_on_at_its_exact_length_on_another_node()
    {
        await using var first = await OpenAsync();
        var token = await StartAsync(first, Content[..^100_000]);
        await using var second = await OpenAsync();

        await using var upload = await second.OpenUploadAsync(token, default);

        Assert.Equal(Content.Length - 100_000, upload!.Length);
        await upload.AppendAsync(new MemoryStream(Content[^100_000..]), [], long.MaxValue, default);
        await upload.CommitAsync(Target, default);
        Assert.Equal(Content, await ReadAsync(first));
        await AssertCleanAsync(first);
    }

    [Fact]
    public async Task An_upload_whose_node_died_in_a_request_goes_on_from_its_last_record()
    {
        var driver = await OpenAsync(options => options with { RecordInterval = Part });
        var token = await StartAsync(driver, []);
        var dying = await driver.OpenUploadAsync(token, default);
        await dying!.AppendAsync(new MemoryStream(Content), [], long.MaxValue, default);
        // It is never let go.

        await using var next = await OpenAsync();
        await using var upload = await next.OpenUploadAsync(token, default);

        Assert.Equal(2 * Part, upload!.Length);
        Assert.NotEqual(dying.State, upload.State);
        await upload.AppendAsync(new MemoryStream(Content[(2 * Part)..]), [], long.MaxValue, default);
        Assert.Equal(Content, await HeldAsync(upload));
        await upload.CommitAsync(Target, default);
        Assert.Equal(Content, await ReadAsync(next));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_that_died_at_any_step_is_repeated_by_another_node(bool afterTheStep)
    {
        await using var witness = await OpenAsync();
        for (var step = 1; ; step++)
        {
            var token = await StartAsync(witness, Content);
            var calls = 0;
            var armed = false;
            await using var dying = await OpenAsync(options => afterTheStep ? options with { After = Die } : options with { Before = Die });
            var upload = await dying.OpenUploadAsync(token, default);
            armed = true;
            var died = await Record.ExceptionAsync(async () => await upload!.CommitAsync(Target, default)) is not null;

            await using (var again = await witness.OpenUploadAsync(token, default))
            {
                if (again is { IsGone: false })
                {
                    Assert.Equal(Content.Length, again.Length);
                    Assert.Equal(Content, await HeldAsync(again));
                    await again.CommitAsync(Target, default);
                }
                else
                {
                    Assert.NotNull(await witness.StatAsync(Target, default));
                    // Its record may be left; the sweep does this.
                    if (again is not null)
                    {
                        await AssertGoneAsync(again);
                        await again.CancelAsync(default);
                    }
                }
            }
            Assert.Equal(Content, await ReadAsync(witness));
            await AssertCleanAsync(witness);
            await witness.DeleteAsync(Target, default);
            if (!died)
            {
                Assert.InRange(step, 6, 20);
                return;
            }

            void Die(string operation)
            {
                // Dead for good: whatever it would do to tidy up does not happen either.
                if (armed && ++calls >= step)
                    throw new InvalidOperationException($"died at {operation}");
            }
        }
    }

    [Fact]
    public async Task Bytes_that_were_put_together_are_found_also_where_a_look_without_a_body_is_answered_by_somebody_else()
    {
        var token = await PutTogetherAsync();
        await using var driver = await OpenAsync(options => options with { Before = operation => AnswerAstray(operation, "looking at an object") });

        await using var upload = await driver.OpenUploadAsync(token, default);

        Assert.Equal(Content.Length, upload!.Length);
        Assert.Equal(Content, await HeldAsync(upload));
    }

    [Fact]
    public async Task Bytes_that_were_put_together_are_not_given_up_for_somebody_elses_404()
    {
        var token = await PutTogetherAsync();
        var (astray, reads) = (false, 0);
        await using (var misled = await OpenAsync(options => options with { Before = Answer }))
        {
            astray = true;
            await Assert.ThrowsAnyAsync<IOException>(async () => await misled.OpenUploadAsync(token, default));
        }

        await using var driver = await OpenAsync();
        await using var upload = await driver.OpenUploadAsync(token, default);
        await upload!.CommitAsync(Target, default);
        Assert.Equal(Content, await ReadAsync(driver));

        void Answer(string operation)
        {
            // The record is read; the object is not.
            if (astray && (operation == "looking at an object" || (operation == "reading an object" && reads++ > 0)))
                AnswerAstray(operation, operation);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_commit_left_whose_object_is_gone_is_no_upload_of_nothing(bool wasRead)
    {
        await using var driver = await OpenAsync();
        var token = await LeaveAsync(driver, wasRead);

        await using (var upload = await driver.OpenUploadAsync(token, default))
            await AssertGoneAsync(upload!);
        Assert.Equal([token], await driver.ListUploadsAsync(DateTimeOffset.MaxValue, default).ToListAsync());

        await using (var upload = await driver.OpenUploadAsync(token, default))
            await upload!.CancelAsync(default);
        await AssertCleanAsync(driver);
    }

    [Fact]
    public async Task A_session_whose_bytes_are_gone_is_unknown_and_its_remains_are_the_sweeps()
    {
        await using var driver = await OpenAsync();
        using var folder = new TemporaryFolder();
        await using var metadata = await SqliteMetadataStore.OpenAsync(folder.Join("gantry.db"), TimeProvider.System, default);
        var registry = await metadata.EnsureRegistryAsync("myregistry", TimeProvider.System.GetUtcNow(), default);
        var repository = new RepositoryKey(registry.Id, RepositoryName.Parse("a"));
        var clock = new OffsetClock();
        var content = new RegistryContent(metadata, driver, RegistryLimits.Default, clock);
        for (var way = 0; way < 2; way++)
        {
            Guid id;
            await using (var session = await content.Uploads.StartAsync(repository, "me", DigestAlgorithm.Sha256, default))
                id = session.Id;
            var token = (await metadata.FindUploadAsync(id, default))!.Token;
            await LeaveAsync(driver, wasRead: false, token);

            var unknown = await Assert.ThrowsAsync<RegistryException>(async () =>
            {
                if (way == 0)
                    await content.Uploads.MeasureAsync(repository, id, "me", default);
                await content.Uploads.ResumeAsync(repository, id, "me", default);
            });
            Assert.Equal(404, unknown.Status);
            Assert.Equal([token], await driver.ListUploadsAsync(DateTimeOffset.MaxValue, default).ToListAsync());

            clock.Advance(RegistryLimits.Default.UploadLifetime + TimeSpan.FromDays(1));
            Assert.InRange(await content.Uploads.SweepAsync(failure => Assert.Fail(failure.ToString()), default), 1, 2);
            await AssertCleanAsync(driver);
        }
    }

    [Fact]
    public async Task An_upload_that_was_given_up_writes_nothing_more()
    {
        await using var driver = await OpenAsync();
        var token = await StartAsync(driver, Content[..1000]);
        var held = await driver.OpenUploadAsync(token, default);
        await held!.AppendAsync(new MemoryStream(Content[1000..2000]), [], long.MaxValue, default);

        held.Abandon();
        await held.CancelAsync(default);
        await held.DisposeAsync();

        await using var after = await driver.OpenUploadAsync(token, default);
        Assert.Equal(Content[..1000], await HeldAsync(after!));
    }

    [Fact]
    public async Task Of_two_nodes_that_hold_one_session_one_is_refused()
    {
        await using var driver = await OpenAsync();
        var token = await StartAsync(driver, Content[..1000]);
        var one = await driver.OpenUploadAsync(token, default);
        var other = await driver.OpenUploadAsync(token, default);
        Assert.Equal(one!.State, other!.State);
        await one.AppendAsync(new MemoryStream([1, 2, 3]), [], long.MaxValue, default);
        await other.AppendAsync(new MemoryStream([4, 5, 6]), [], long.MaxValue, default);
        Assert.NotEqual(one.State, other.State);

        await one.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(async () => await other.DisposeAsync());

        await using var after = await driver.OpenUploadAsync(token, default);
        Assert.Equal(one.State, after!.State);
        Assert.Equal([.. Content[..1000], 1, 2, 3], await HeldAsync(after));
    }

    [Fact]
    public async Task A_part_that_was_replaced_makes_the_commit_fail()
    {
        await using var driver = await OpenAsync();
        var token = await StartAsync(driver, Content);
        await using var upload = await driver.OpenUploadAsync(token, default);
        using var intruder = await IntrudeAsync();
        var parts = Assert.Single((await intruder.ListMultipartUploadsAsync(_bucket)).MultipartUploads);
        await intruder.UploadPartAsync(new UploadPartRequest { BucketName = _bucket, Key = parts.Key, UploadId = parts.UploadId, PartNumber = 1, InputStream = new MemoryStream(new byte[Part]) });

        await Assert.ThrowsAnyAsync<IOException>(async () => await upload!.CommitAsync(Target, default));

        Assert.Null(await driver.StatAsync(Target, default));
    }

    [Fact]
    public async Task What_a_node_left_that_died_before_its_record_is_swept()
    {
        var driver = await OpenAsync();
        var lost = await driver.OpenUploadAsync(null, default);
        await lost!.AppendAsync(new MemoryStream(Content), [], long.MaxValue, default);

        await using var next = await OpenAsync();
        Assert.Equal([lost.Token], await next.ListUploadsAsync(DateTimeOffset.MaxValue, default).ToListAsync());
        await using (var found = await next.OpenUploadAsync(lost.Token, default))
            await found!.CancelAsync(default);

        await AssertCleanAsync(next);
        Assert.Null(await next.OpenUploadAsync(lost.Token, default));
    }

    [Fact]
    public async Task An_upload_that_was_read_can_be_appended_to()
    {
        await using var driver = await OpenAsync();
        await using var upload = await driver.OpenUploadAsync(null, default);
        await upload!.AppendAsync(new MemoryStream(Content), [], long.MaxValue, default);
        Assert.Equal(Content, await HeldAsync(upload));
        await upload.AppendAsync(new MemoryStream(Content), [], long.MaxValue, default);
        Assert.Equal(Twice, await HeldAsync(upload));
        await upload.CommitAsync(Target, default);

        Assert.Equal(Twice, await ReadAsync(driver));
        await AssertCleanAsync(driver);
    }

    [Fact]
    public async Task What_is_too_large_for_one_copy_is_copied_in_parts()
    {
        await using var driver = await OpenAsync(options => options with { LargestCopyBytes = Part + 500_000 });
        await driver.PutAsync(Target, new MemoryStream(Twice), default);

        Assert.Equal(Twice, await ReadAsync(driver));
        await AssertCleanAsync(driver);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(100)]
    public async Task A_large_blob_is_what_it_was(int mebibytes)
    {
        var content = RandomNumberGenerator.GetBytes((mebibytes * 1024 * 1024) + 1);
        await using var driver = await OpenAsync();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var upload = await driver.OpenUploadAsync(null, default);
        await upload!.AppendAsync(new MemoryStream(content), [hash], long.MaxValue, default);
        await upload.CommitAsync(Target, default);

        Assert.Equal(SHA256.HashData(content), hash.GetHashAndReset());
        await using var stream = await driver.OpenReadAsync(Target, ByteRange.All, default);
        Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(stream!));
    }

    [Fact]
    public void Parts_grow_so_that_their_number_suffices()
    {
        var options = S3Options.Default;
        var held = Enumerable.Range(1, S3Options.MaxParts).Sum(number => (long)options.PartBytes(number));

        Assert.Equal(Part, options.PartBytes(1));
        Assert.Equal(Part, options.PartBytes(1000));
        Assert.Equal(2 * Part, options.PartBytes(1001));
        Assert.InRange(held, 400L << 30, 500L << 30);
    }

    private async Task<S3BlobDriver> OpenAsync(Func<S3Options, S3Options>? configure = null) =>
        await S3BlobDriver.OpenAsync((await store.Cluster).At(_bucket), CephCluster.Keys, configure?.Invoke(S3Options.Default), TimeProvider.System, default);

    private static async Task<string> StartAsync(S3BlobDriver driver, byte[] content)
    {
        await using var upload = await driver.OpenUploadAsync(null, default);
        await upload!.AppendAsync(new MemoryStream(content), [], long.MaxValue, default);
        return upload.Token;
    }

    /// <summary>Leaves an upload in the midst of a commit: its parts are one object, which is not copied yet.</summary>
    private async Task<string> PutTogetherAsync()
    {
        var dead = false;
        var dying = await OpenAsync(options => options with { Before = Die });
        var token = await StartAsync(dying, Content);
        var upload = await dying.OpenUploadAsync(token, default);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await upload!.CommitAsync(Target, default));
        return token;

        void Die(string operation)
        {
            if (dead |= operation == "copying an object")
                throw new InvalidOperationException($"died at {operation}");
        }
    }

    /// <summary>Leaves what a node leaves that dies at the end of a commit, between the deletions of the object and of the record.</summary>
    private async Task<string> LeaveAsync(S3BlobDriver witness, bool wasRead, string? token = null)
    {
        token ??= await StartAsync(witness, []);
        await using (var upload = await witness.OpenUploadAsync(token, default))
            await upload!.AppendAsync(new MemoryStream(Content), [], long.MaxValue, default);
        if (wasRead)
        {
            await using var upload = await witness.OpenUploadAsync(token, default);
            Assert.Equal(Content, await HeldAsync(upload!));
        }
        var deletions = 0;
        var dying = await OpenAsync(options => options with { Before = Die });
        var last = await dying.OpenUploadAsync(token, default);
        await Record.ExceptionAsync(async () => await last!.CommitAsync(Target, default));
        Assert.Equal(2, deletions);
        return token;

        void Die(string operation)
        {
            if (operation == "deleting an object" && ++deletions == 2)
                throw new InvalidOperationException("died before the record was deleted");
        }
    }

    private static async Task AssertGoneAsync(IBlobUpload upload)
    {
        Assert.True(upload.IsGone);
        await Assert.ThrowsAnyAsync<IOException>(async () => await upload.AppendAsync(new MemoryStream([1]), [], long.MaxValue, default));
        await Assert.ThrowsAnyAsync<IOException>(async () => await upload.OpenReadAsync(default));
        await Assert.ThrowsAnyAsync<IOException>(async () => await upload.CommitAsync(Target, default));
    }

    private static void AnswerAstray(string operation, string where)
    {
        if (operation == where)
            throw new AmazonS3Exception("not here", ErrorType.Unknown, "NotFound", "", HttpStatusCode.NotFound);
    }

    private static async Task<byte[]> ReadAsync(S3BlobDriver driver)
    {
        await using var stream = await driver.OpenReadAsync(Target, ByteRange.All, default);
        return await AllAsync(stream!);
    }

    private static async Task<byte[]> HeldAsync(IBlobUpload upload)
    {
        await using var stream = await upload.OpenReadAsync(default);
        return await AllAsync(stream);
    }

    private static async Task<byte[]> AllAsync(Stream stream)
    {
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    /// <summary>Nothing of any upload is left, listed or not.</summary>
    private async Task AssertCleanAsync(S3BlobDriver driver)
    {
        Assert.Empty(await driver.ListUploadsAsync(DateTimeOffset.MaxValue, default).ToListAsync());
        using var intruder = await IntrudeAsync();
        Assert.Empty((await intruder.ListMultipartUploadsAsync(_bucket)).MultipartUploads ?? []);
        Assert.DoesNotContain((await intruder.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _bucket })).S3Objects ?? [], item => item.Key.StartsWith("uploads/", StringComparison.Ordinal));
    }

    private async Task<AmazonS3Client> IntrudeAsync() => new(
        new BasicAWSCredentials(CephCluster.Keys.AccessKey, CephCluster.Keys.SecretKey),
        new AmazonS3Config
        {
            ServiceURL = (await store.Cluster).Endpoint.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
}
