using System.Security.Cryptography;
using Gantry.Protocol.Distribution;
using Gantry.Server.Storage;

namespace Gantry.Server.Tests.Registry;

/// <summary>A driver whose disk is full while told so, and which reads by streams alone.</summary>
internal sealed class FailingDriver(IBlobDriver inner) : IBlobDriver
{
    /// <summary>Bytes that still fit into an upload; null for any number.</summary>
    public long? Room { get; set; }

    public bool CommitFails { get; set; }

    /// <summary>Whether the uploads cannot be listed.</summary>
    public bool ListFails { get; set; }

    /// <summary>The token of an upload that cannot be opened.</summary>
    public string? Stuck { get; set; }

    /// <summary>Whether disposing an upload fails, as closing a file may.</summary>
    public bool CloseFails { get; set; }

    public ValueTask<BlobStat?> StatAsync(BlobPath path, CancellationToken ct) => inner.StatAsync(path, ct);

    public ValueTask<Stream?> OpenReadAsync(BlobPath path, ByteRange range, CancellationToken ct) => inner.OpenReadAsync(path, range, ct);

    public ValueTask PutAsync(BlobPath path, Stream content, CancellationToken ct) => inner.PutAsync(path, content, ct);

    public async ValueTask<IBlobUpload?> OpenUploadAsync(string? token, CancellationToken ct) =>
        token is not null && token == Stuck ? throw new UnauthorizedAccessException("not ours")
        : await inner.OpenUploadAsync(token, ct) is { } upload ? new FailingUpload(this, upload) : null;

    public IAsyncEnumerable<BlobPath> ListAsync(BlobPath prefix, CancellationToken ct) => inner.ListAsync(prefix, ct);

    public IAsyncEnumerable<string> ListUploadsAsync(DateTimeOffset before, CancellationToken ct) =>
        ListFails ? throw Full() : inner.ListUploadsAsync(before, ct);

    public ValueTask DeleteAsync(BlobPath path, CancellationToken ct) => inner.DeleteAsync(path, ct);

    public ValueTask<Uri?> GetRedirectAsync(BlobPath path, TimeSpan lifetime, CancellationToken ct) => inner.GetRedirectAsync(path, lifetime, ct);

    public ValueTask CheckAsync(CancellationToken ct) => inner.CheckAsync(ct);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static IOException Full() => new("No space left on device");

    private sealed class FailingUpload(FailingDriver driver, IBlobUpload inner) : IBlobUpload
    {
        public string Token => inner.Token;

        public long Length => inner.Length;

        public string State => inner.State;

        public async ValueTask AppendAsync(Stream content, IReadOnlyList<IncrementalHash> hashes, long limit, CancellationToken ct)
        {
            try
            {
                await inner.AppendAsync(content, hashes, Math.Min(limit, driver.Room ?? long.MaxValue), ct);
            }
            catch (BlobTooLargeException) when (driver.Room is not null)
            {
                throw Full();
            }
        }

        public ValueTask<Stream> OpenReadAsync(CancellationToken ct) => inner.OpenReadAsync(ct);

        public ValueTask CommitAsync(BlobPath path, CancellationToken ct) => driver.CommitFails ? throw Full() : inner.CommitAsync(path, ct);

        public ValueTask CancelAsync(CancellationToken ct) => inner.CancelAsync(ct);

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            if (driver.CloseFails)
                throw Full();
        }
    }
}
