using System.Security.Cryptography;
using Gantry.Server.Storage;
using Xunit;

namespace Gantry.Testing.Storage;

public abstract partial class BlobDriverContract
{
    [Fact]
    public async Task An_upload_in_pieces_becomes_one_object_and_is_hashed_on_the_way()
    {
        var content = Bytes(2_000_000);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        await using var upload = await StartAsync();
        foreach (var piece in content.Chunk(700_001))
            await upload.AppendAsync(FaultyStream.Whole(piece), [sha256, sha512], long.MaxValue, default);

        Assert.Equal(content.Length, upload.Length);
        Assert.Equal(SHA256.HashData(content), sha256.GetHashAndReset());
        Assert.Equal(SHA512.HashData(content), sha512.GetHashAndReset());
        Assert.Null(await Driver.StatAsync(Somewhere, default));

        await upload.CommitAsync(Somewhere, default);
        await upload.CommitAsync(Somewhere, default);
        Assert.Equal(content, await ReadAsync(Somewhere));
        Assert.Empty(await UploadsAsync());
        Assert.Null(await Driver.OpenUploadAsync(upload.Token, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(256 * 1024)]
    [InlineData((256 * 1024) + 77)]
    [InlineData(900_000)]
    public async Task After_a_broken_append_length_hash_and_bytes_agree_and_it_goes_on(int failAfter)
    {
        var content = Bytes(1_000_000);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var upload = await StartAsync();

        await Assert.ThrowsAsync<IOException>(async () => await upload.AppendAsync(new FaultyStream(content, failAfter), [hash], long.MaxValue, default));

        var kept = (int)upload.Length;
        Assert.InRange(kept, 0, failAfter);
        Assert.Equal(content[..kept], await HeldAsync(upload));
        Assert.Equal(SHA256.HashData(content.AsSpan(0, kept)), hash.GetCurrentHash());
        await upload.AppendAsync(new MemoryStream(content[kept..]), [hash], long.MaxValue, default);
        Assert.Equal(SHA256.HashData(content), hash.GetHashAndReset());
        await upload.CommitAsync(Somewhere, default);
        Assert.Equal(content, await ReadAsync(Somewhere));
    }

    [Fact]
    public async Task After_a_cancelled_append_length_and_hash_agree()
    {
        var content = Bytes(1_000_000);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var source = new CancellationTokenSource();
        await using var upload = await StartAsync();
        var stream = new FaultyStream(content, 600_000, new OperationCanceledException(source.Token));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await upload.AppendAsync(stream, [hash], long.MaxValue, source.Token));

        Assert.Equal(SHA256.HashData(content.AsSpan(0, (int)upload.Length)), hash.GetCurrentHash());
        Assert.Equal(content[..(int)upload.Length], await HeldAsync(upload));
    }

    [Fact]
    public async Task An_upload_is_taken_up_by_its_token_after_a_restart()
    {
        var content = Bytes(800_000);
        string token;
        await using (var upload = await StartAsync())
        {
            token = upload.Token;
            await upload.AppendAsync(new MemoryStream(content[..500_000]), [], long.MaxValue, default);
        }

        await ReopenAsync();
        await using var again = await Driver.OpenUploadAsync(token, default);
        Assert.Equal(500_000, again!.Length);
        Assert.Equal(content[..500_000], await HeldAsync(again));
        await again.AppendAsync(new MemoryStream(content[500_000..]), [], long.MaxValue, default);
        await again.CommitAsync(Somewhere, default);
        Assert.Equal(content, await ReadAsync(Somewhere));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_run_of_appends_failures_and_restarts_keeps_length_hash_and_bytes_in_step(uint seed)
    {
        var content = Bytes(3_000_000);
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var upload = await StartAsync();
        while (upload.Length < content.Length)
        {
            var rest = content[(int)upload.Length..];
            var (size, fault) = ((int)(Next() % 400_000), Next() % 3);
            if (fault == 0)
                await Assert.ThrowsAsync<IOException>(async () => await upload.AppendAsync(new FaultyStream(rest, Math.Min(size, rest.Length)), [hash], long.MaxValue, default));
            else if (fault == 1)
                await upload.AppendAsync(FaultyStream.Whole(rest[..Math.Min(size, rest.Length)]), [hash], long.MaxValue, default);
            else
                (upload, hash) = await RestartAsync(upload, hash);
            Assert.Equal(SHA256.HashData(content.AsSpan(0, (int)upload.Length)), hash.GetCurrentHash());
        }
        await upload.CommitAsync(Somewhere, default);
        await upload.DisposeAsync();
        Assert.Equal(SHA256.HashData(content), hash.GetHashAndReset());
        Assert.Equal(content, await ReadAsync(Somewhere));
        hash.Dispose();

        // Numerical Recipes' generator: the same run each time.
        uint Next() => (seed = (seed * 1664525) + 1013904223) >> 8;
    }

    /// <summary>What a server does that finds an upload of its predecessor: hashes anew what is held.</summary>
    private async Task<(IBlobUpload Upload, IncrementalHash Hash)> RestartAsync(IBlobUpload upload, IncrementalHash hash)
    {
        hash.Dispose();
        await upload.DisposeAsync();
        await ReopenAsync();
        var again = await Driver.OpenUploadAsync(upload.Token, default);
        var anew = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        anew.AppendData(await HeldAsync(again!));
        return (again!, anew);
    }

    [Fact]
    public async Task A_token_that_names_no_upload_opens_none()
    {
        await Driver.PutAsync(Somewhere, new MemoryStream([1]), default);

        foreach (var token in new[] { "", "x", Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString(), "../contract/some/object", "..", ".", "uploads", new string('a', 4000), "\0" })
            Assert.Null(await Driver.OpenUploadAsync(token, default));
    }

    [Fact]
    public async Task Tokens_are_long_and_never_the_same()
    {
        var tokens = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            await using var upload = await StartAsync();
            Assert.True(tokens.Add(upload.Token));
        }
        Assert.All(tokens, token => Assert.True(token.Length >= 32));
        Assert.Equal(tokens, [.. await UploadsAsync()]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    [InlineData(600_000)]
    public async Task An_append_beyond_the_limit_is_refused_and_holds_no_more_than_it(int limit)
    {
        var content = Bytes(limit + 1);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var upload = await StartAsync();

        var refusal = await Assert.ThrowsAsync<BlobTooLargeException>(async () => await upload.AppendAsync(FaultyStream.Whole(content), [hash], limit, default));

        Assert.Equal(limit, refusal.Limit);
        Assert.InRange(upload.Length, 0, limit);
        Assert.Equal(SHA256.HashData(content.AsSpan(0, (int)upload.Length)), hash.GetCurrentHash());
        Assert.Equal(content[..(int)upload.Length], await HeldAsync(upload));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(512 * 1024)]
    public async Task An_append_up_to_the_limit_is_taken(int size)
    {
        await using var upload = await StartAsync();
        await upload.AppendAsync(new MemoryStream(Bytes(size)), [], limit: size, default);
        Assert.Equal(size, upload.Length);

        await Assert.ThrowsAsync<BlobTooLargeException>(async () => await upload.AppendAsync(new MemoryStream([1]), [], limit: size, default));
        Assert.Equal(size, upload.Length);
    }

    [Fact]
    public async Task A_cancelled_upload_is_gone_and_cancelling_again_is_harmless()
    {
        await using var upload = await StartAsync();
        await upload.AppendAsync(new MemoryStream(Bytes(1000)), [], long.MaxValue, default);

        await upload.CancelAsync(default);
        await upload.CancelAsync(default);

        Assert.Null(await Driver.OpenUploadAsync(upload.Token, default));
        Assert.Empty(await UploadsAsync());
        await Assert.ThrowsAnyAsync<Exception>(async () => await upload.CommitAsync(Somewhere, default));
        Assert.Null(await Driver.StatAsync(Somewhere, default));
    }

    [Fact]
    public async Task Cancelling_after_the_commit_leaves_the_object()
    {
        await using var upload = await StartAsync();
        await upload.AppendAsync(new MemoryStream([1, 2]), [], long.MaxValue, default);
        await upload.CommitAsync(Somewhere, default);

        await upload.CancelAsync(default);

        Assert.Equal([1, 2], await ReadAsync(Somewhere));
    }

    [Fact]
    public async Task What_was_committed_cannot_be_appended_to()
    {
        await using var upload = await StartAsync();
        await upload.CommitAsync(Somewhere, default);

        await Assert.ThrowsAnyAsync<Exception>(async () => await upload.AppendAsync(new MemoryStream([1]), [], long.MaxValue, default));

        Assert.Empty((await ReadAsync(Somewhere))!);
    }

    [Fact]
    public async Task Uploads_that_nobody_touched_are_listed_by_age()
    {
        await using var upload = await StartAsync();
        await upload.AppendAsync(new MemoryStream([1]), [], long.MaxValue, default);
        await upload.DisposeAsync();
        var now = TimeProvider.System.GetUtcNow();

        Assert.Empty(await OldAsync(now.AddHours(-1)));
        Assert.Equal([upload.Token], await OldAsync(now.AddHours(1)));

        async Task<List<string>> OldAsync(DateTimeOffset before)
        {
            var tokens = new List<string>();
            await foreach (var token in Driver.ListUploadsAsync(before, default))
                tokens.Add(token);
            return tokens;
        }
    }

    [Fact]
    public async Task Uploads_of_the_same_content_at_once_end_in_one_object()
    {
        var content = Bytes(300_000);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var upload = await StartAsync();
            await upload.AppendAsync(FaultyStream.Whole(content), [], long.MaxValue, default);
            await upload.CommitAsync(Somewhere, default);
        }));

        Assert.Equal(content, await ReadAsync(Somewhere));
        Assert.Single(await ListAsync("contract"));
    }

    private async Task<IBlobUpload> StartAsync() => await Driver.OpenUploadAsync(null, default) ?? throw new InvalidOperationException("no upload was started");

    private static async Task<byte[]> HeldAsync(IBlobUpload upload)
    {
        await using var stream = await upload.OpenReadAsync(default);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
