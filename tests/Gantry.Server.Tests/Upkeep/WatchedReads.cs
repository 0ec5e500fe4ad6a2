using Gantry.Protocol.Distribution;
using Gantry.Server.Storage;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>A driver that asks before each read whether there is something, as where an object vanishes between a look and a read.</summary>
internal sealed class WatchedReads(IBlobDriver inner) : IBlobDriver
{
    public required Func<Task<bool>> Read { get; init; }

    public ValueTask<BlobStat?> StatAsync(BlobPath path, CancellationToken ct) => inner.StatAsync(path, ct);

    public async ValueTask<Stream?> OpenReadAsync(BlobPath path, ByteRange range, CancellationToken ct) => await Read() ? await inner.OpenReadAsync(path, range, ct) : null;

    public ValueTask PutAsync(BlobPath path, Stream content, CancellationToken ct) => inner.PutAsync(path, content, ct);

    public ValueTask<IBlobUpload?> OpenUploadAsync(string? token, CancellationToken ct) => inner.OpenUploadAsync(token, ct);

    public IAsyncEnumerable<BlobPath> ListAsync(BlobPath prefix, CancellationToken ct) => inner.ListAsync(prefix, ct);

    public IAsyncEnumerable<string> ListUploadsAsync(DateTimeOffset before, CancellationToken ct) => inner.ListUploadsAsync(before, ct);

    public ValueTask DeleteAsync(BlobPath path, CancellationToken ct) => inner.DeleteAsync(path, ct);

    public ValueTask<Uri?> GetRedirectAsync(BlobPath path, TimeSpan lifetime, CancellationToken ct) => inner.GetRedirectAsync(path, lifetime, ct);

    public ValueTask CheckAsync(CancellationToken ct) => inner.CheckAsync(ct);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
