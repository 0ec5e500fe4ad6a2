using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Tests.Content;

public sealed class VerifyingStreamTests
{
    private static readonly byte[] Content = "the content that was promised"u8.ToArray();
    private static readonly Descriptor Promise = Descriptor.Of(MediaTypes.ImageLayer, Content);

    [Fact]
    public async Task Right_content_passes_and_can_be_read_again_from_its_beginning()
    {
        await using var stream = new VerifyingStream(new MemoryStream(Content), Promise);
        Assert.Equal(Content, await ReadAsync(stream));
        stream.Position = 0;
        Assert.Equal(Content, await ReadAsync(stream));
        stream.Position = 5;
        Assert.Equal(Content[5..], await ReadAsync(stream));
    }

    [Fact]
    public async Task A_changed_byte_is_told_before_the_last_bytes_are_handed_out()
    {
        var changed = Content.ToArray();
        changed[3] ^= 1;
        await using var stream = new VerifyingStream(new MemoryStream(changed), Promise);
        var buffer = new byte[Content.Length];
        var error = await Assert.ThrowsAsync<ContentMismatchException>(async () => await stream.ReadExactlyAsync(buffer));
        Assert.Equal(Promise.Digest, error.Expected);
    }

    [Fact]
    public async Task Content_that_ends_early_is_told()
    {
        await using var stream = new VerifyingStream(new MemoryStream(Content[..^1]), Promise);
        await Assert.ThrowsAsync<ContentMismatchException>(() => ReadAsync(stream));
    }

    [Fact]
    public async Task Content_that_goes_on_is_stopped_at_its_declared_size()
    {
        var endless = new EndlessStream();
        await using var stream = new VerifyingStream(endless, Promise);
        await Assert.ThrowsAsync<ContentMismatchException>(() => ReadAsync(stream));
        Assert.InRange(endless.Given, 1, 1024 * 1024);
    }

    [Fact]
    public async Task Bytes_that_were_never_read_cannot_be_passed_over()
    {
        await using var stream = new VerifyingStream(new MemoryStream(Content), Promise);
        Assert.Throws<NotSupportedException>(() => stream.Position = 4);
    }

    [Fact]
    public async Task GHSA_f36w_mj3v_6jqv_nothing_is_allocated_by_a_declared_size()
    {
        var lie = Promise with { Size = 1L << 40 };
        var store = new MemoryStore();
        var before = GC.GetAllocatedBytesForCurrentThread();
        await Assert.ThrowsAsync<ContentMismatchException>(async () => await store.PushBytesAsync(lie, Content));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);

        await Assert.ThrowsAsync<OciFormatException>(async () => await new LyingSource(Content).FetchBytesAsync(lie, OciLimits.Default));
        before = GC.GetAllocatedBytesForCurrentThread();
        await Assert.ThrowsAsync<ContentMismatchException>(async () => await new LyingSource(Content).FetchBytesAsync(Promise with { Size = OciLimits.Default.ManifestBytes }, OciLimits.Default));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private sealed class LyingSource(byte[] content) : IContentSource
    {
        public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => new(true);

        public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) => new(new MemoryStream(content));
    }

    private sealed class EndlessStream : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Given += buffer.Length;
            return new(buffer.Length);
        }
    }
}
