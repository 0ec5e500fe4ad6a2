using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Storage;
using Xunit;

namespace Gantry.Testing.Storage;

/// <summary>What every blob driver keeps. Uploads have a file of their own.</summary>
/// <remarks>A driver is opened on an empty root for each test.</remarks>
public abstract partial class BlobDriverContract : IAsyncLifetime
{
    private static readonly BlobPath Somewhere = BlobPath.Of("contract/some/object");

    private IBlobDriver? _driver;

    protected IBlobDriver Driver => _driver ?? throw new InvalidOperationException("the test has not begun");

    /// <summary>Opens a driver on this test's root, made when there is none: the same one when called again.</summary>
    protected abstract ValueTask<IBlobDriver> OpenAsync();

    /// <summary>Removes this test's root.</summary>
    protected abstract ValueTask RemoveAsync();

    public async ValueTask InitializeAsync() => _driver = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (_driver is not null)
            await _driver.DisposeAsync();
        await RemoveAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a restart of the process does.</summary>
    protected async ValueTask ReopenAsync()
    {
        await Driver.DisposeAsync();
        _driver = await OpenAsync();
    }

    protected static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
            bytes[i] = (byte)((i * 31) + (i >> 8) + (i >> 16));
        return bytes;
    }

    protected async Task<byte[]?> ReadAsync(BlobPath path, ByteRange? range = null)
    {
        await using var stream = await Driver.OpenReadAsync(path, range ?? ByteRange.All, default);
        if (stream is null)
            return null;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256 * 1024)]
    [InlineData((256 * 1024) + 1)]
    [InlineData(1_000_003)]
    public async Task What_is_put_is_what_is_read(int size)
    {
        var content = Bytes(size);
        await Driver.PutAsync(Somewhere, FaultyStream.Whole(content), default);

        Assert.Equal(size, (await Driver.StatAsync(Somewhere, default))!.Value.Size);
        Assert.Equal(content, await ReadAsync(Somewhere));
        await ReopenAsync();
        Assert.Equal(content, await ReadAsync(Somewhere));
    }

    [Fact]
    public async Task Nothing_is_known_of_what_was_never_put()
    {
        Assert.Null(await Driver.StatAsync(Somewhere, default));
        Assert.Null(await Driver.OpenReadAsync(Somewhere, ByteRange.All, default));
        await Driver.DeleteAsync(Somewhere, default);

        await Driver.PutAsync(Somewhere, new MemoryStream([1]), default);
        var folder = BlobPath.Of("contract/some");
        Assert.Null(await Driver.StatAsync(folder, default));
        Assert.Null(await Driver.OpenReadAsync(folder, ByteRange.All, default));
    }

    [Fact]
    public async Task A_put_replaces_what_was_there_while_a_reader_keeps_what_it_opened()
    {
        await Driver.PutAsync(Somewhere, new MemoryStream(Bytes(700_000)), default);
        await using var before = await Driver.OpenReadAsync(Somewhere, ByteRange.All, default);

        await Driver.PutAsync(Somewhere, new MemoryStream([1, 2, 3]), default);

        Assert.Equal([1, 2, 3], await ReadAsync(Somewhere));
        using var copy = new MemoryStream();
        await before!.CopyToAsync(copy);
        Assert.Equal(Bytes(700_000), copy.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(300_000)]
    [InlineData(1_000_000)]
    public async Task A_put_that_fails_halfway_leaves_nothing_visible(int failAfter)
    {
        await Assert.ThrowsAsync<IOException>(async () => await Driver.PutAsync(Somewhere, new FaultyStream(Bytes(1_000_000), failAfter), default));

        Assert.Null(await Driver.StatAsync(Somewhere, default));
        Assert.Empty(await ListAsync("contract"));
        Assert.Empty(await UploadsAsync());
    }

    [Fact]
    public async Task A_put_that_fails_halfway_leaves_what_was_there()
    {
        await Driver.PutAsync(Somewhere, new MemoryStream([1, 2, 3]), default);

        await Assert.ThrowsAsync<IOException>(async () => await Driver.PutAsync(Somewhere, new FaultyStream(Bytes(500_000), 400_000), default));

        Assert.Equal([1, 2, 3], await ReadAsync(Somewhere));
    }

    [Fact]
    public async Task A_cancelled_put_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        var stream = new FaultyStream(Bytes(500_000), 400_000, new OperationCanceledException(source.Token));
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Driver.PutAsync(Somewhere, stream, source.Token));

        Assert.Null(await Driver.StatAsync(Somewhere, default));
        Assert.Empty(await UploadsAsync());
    }

    [Theory]
    [InlineData(0, null, 0, 1000)]
    [InlineData(0, 1000L, 0, 1000)]
    [InlineData(0, 0L, 0, 0)]
    [InlineData(10, 1L, 10, 1)]
    [InlineData(990, null, 990, 10)]
    [InlineData(990, 100L, 990, 10)]
    [InlineData(1000, null, 0, 0)]
    [InlineData(5000, 10L, 0, 0)]
    public async Task A_range_yields_what_there_is_of_it(long offset, long? length, int from, int count)
    {
        await Driver.PutAsync(Somewhere, new MemoryStream(Bytes(1000)), default);

        Assert.Equal(Bytes(1000)[from..(from + count)], await ReadAsync(Somewhere, new ByteRange(offset, length)));
    }

    [Fact]
    public async Task A_range_past_the_first_block_is_read_from_its_own_place()
    {
        var content = Bytes(1_500_000);
        await Driver.PutAsync(Somewhere, new MemoryStream(content), default);

        var parts = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => ReadAsync(Somewhere, new ByteRange(i * 300_000, 300_000))));

        Assert.Equal(content, parts.SelectMany(part => part!).ToArray());
    }

    [Fact]
    public async Task A_thousand_small_objects_are_each_themselves()
    {
        var objects = Enumerable.Range(0, 1000).ToDictionary(i => BlobPaths.Blob(Digest.Of(BitConverter.GetBytes(i))), BitConverter.GetBytes);
        // Many at once: flushes that run together cost little more than one.
        await Parallel.ForEachAsync(objects, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (entry, ct) => await Driver.PutAsync(entry.Key, new MemoryStream(entry.Value), ct));

        await ReopenAsync();
        Assert.Equal(objects.Keys.ToHashSet(), await ListAsync("blobs"));
        foreach (var (path, content) in objects)
            Assert.Equal(content, await ReadAsync(path));

        await Parallel.ForEachAsync(objects.Keys, async (path, ct) => await Driver.DeleteAsync(path, ct));
        Assert.Empty(await ListAsync("blobs"));
    }

    [Fact]
    public async Task A_list_holds_what_is_below_its_prefix_and_no_uploads()
    {
        BlobPath[] inside = [BlobPath.Of("blobs/sha256/aa/1"), BlobPath.Of("blobs/sha256/bb/2")];
        foreach (var path in inside.Append(BlobPath.Of("blobs/sha512/aa/1")).Append(BlobPath.Of("blobs/sha256x")))
            await Driver.PutAsync(path, new MemoryStream([0]), default);
        await using var upload = await Driver.OpenUploadAsync(null, default);

        Assert.Equal(inside.ToHashSet(), await ListAsync("blobs/sha256"));
        Assert.Equal(4, (await ListAsync("blobs")).Count);
        Assert.Empty(await ListAsync("nothing/here"));
    }

    [Fact]
    public async Task The_same_object_put_by_many_at_once_is_whole_whoever_came_last()
    {
        var content = Bytes(400_000);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ => await Driver.PutAsync(Somewhere, new MemoryStream(content), default)));

        Assert.Equal(content, await ReadAsync(Somewhere));
        Assert.Empty(await UploadsAsync());
    }

    [Fact]
    public async Task The_time_of_an_object_is_when_it_was_written()
    {
        var before = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await Driver.PutAsync(Somewhere, new MemoryStream([1]), default);

        Assert.InRange((await Driver.StatAsync(Somewhere, default))!.Value.Modified, before, TimeProvider.System.GetUtcNow().AddMinutes(1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("blobs/../../outside")]
    [InlineData("blobs/./x")]
    [InlineData("blobs//x")]
    [InlineData("blobs/")]
    [InlineData("blobs\\x")]
    [InlineData("blobs/x\0y")]
    [InlineData("blobs/%2e%2e/x")]
    [InlineData("Blobs/x")]
    [InlineData("c:/x")]
    [InlineData(".hidden")]
    public void A_path_that_could_leave_the_root_is_no_path(string text) => Assert.Throws<ArgumentException>(() => BlobPath.Of(text));

    [Fact]
    public async Task A_driver_may_be_closed_twice()
    {
        await Driver.DisposeAsync();
        await Driver.DisposeAsync();
    }

    [Fact]
    public async Task A_healthy_driver_says_so_and_leaves_no_trace()
    {
        await Driver.CheckAsync(default);

        Assert.Empty(await UploadsAsync());
    }

    private async Task<HashSet<BlobPath>> ListAsync(string prefix)
    {
        var found = new HashSet<BlobPath>();
        await foreach (var path in Driver.ListAsync(BlobPath.Of(prefix), default))
            Assert.True(found.Add(path));
        return found;
    }

    private async Task<List<string>> UploadsAsync()
    {
        var tokens = new List<string>();
        await foreach (var token in Driver.ListUploadsAsync(DateTimeOffset.MaxValue, default))
            tokens.Add(token);
        return tokens;
    }
}
