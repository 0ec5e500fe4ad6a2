using System.Security.Cryptography;
using Gantry.Protocol.Distribution;
using Gantry.Server.Storage;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>A driver that asks before and after each step that puts bytes in their place or takes them away.</summary>
internal sealed class GatedDriver(IBlobDriver inner, Func<Task> gate) : IBlobDriver
{
    /// <summary>Called before a blob is read.</summary>
    public Func<BlobPath, Task>? Reading { get; set; }

    /// <summary>Called before bytes are put by one call, as into the quarantine.</summary>
    public Func<BlobPath, Task>? Putting { get; set; }

    /// <summary>Called before a delete, with its token.</summary>
    public Func<BlobPath, CancellationToken, Task>? Deleting { get; set; }

    public ValueTask<BlobStat?> StatAsync(BlobPath path, CancellationToken ct) => inner.StatAsync(path, ct);

    public async ValueTask<Stream?> OpenReadAsync(BlobPath path, ByteRange range, CancellationToken ct)
    {
        await (Reading?.Invoke(path) ?? Task.CompletedTask);
        return await inner.OpenReadAsync(path, range, ct);
    }

    public async ValueTask PutAsync(BlobPath path, Stream content, CancellationToken ct)
    {
        await (Putting?.Invoke(path) ?? Task.CompletedTask);
        await inner.PutAsync(path, content, ct);
    }

    public async ValueTask<IBlobUpload?> OpenUploadAsync(string? token, CancellationToken ct) =>
        await inner.OpenUploadAsync(token, ct) is { } upload ? new GatedUpload(upload, gate) : null;

    public IAsyncEnumerable<BlobPath> ListAsync(BlobPath prefix, CancellationToken ct) => inner.ListAsync(prefix, ct);

    public IAsyncEnumerable<string> ListUploadsAsync(DateTimeOffset before, CancellationToken ct) => inner.ListUploadsAsync(before, ct);

    public async ValueTask DeleteAsync(BlobPath path, CancellationToken ct)
    {
        await (Deleting?.Invoke(path, ct) ?? Task.CompletedTask);
        await gate();
        await inner.DeleteAsync(path, ct);
        await gate();
    }

    public ValueTask<Uri?> GetRedirectAsync(BlobPath path, TimeSpan lifetime, CancellationToken ct) => inner.GetRedirectAsync(path, lifetime, ct);

    public ValueTask CheckAsync(CancellationToken ct) => inner.CheckAsync(ct);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private sealed class GatedUpload(IBlobUpload inner, Func<Task> gate) : IBlobUpload
    {
        public string Token => inner.Token;

        public long Length => inner.Length;

        public string State => inner.State;

        public ValueTask AppendAsync(Stream content, IReadOnlyList<IncrementalHash> hashes, long limit, CancellationToken ct) => inner.AppendAsync(content, hashes, limit, ct);

        public ValueTask<Stream> OpenReadAsync(CancellationToken ct) => inner.OpenReadAsync(ct);

        public async ValueTask CommitAsync(BlobPath path, CancellationToken ct)
        {
            await gate();
            await inner.CommitAsync(path, ct);
            await gate();
        }

        public ValueTask CancelAsync(CancellationToken ct) => inner.CancelAsync(ct);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
