using Gantry.Protocol.Distribution;

namespace Gantry.Server.Storage;

/// <summary>Keeps bytes by path. Shaped like an object store on purpose: no move, no append to what is there, no folders.</summary>
/// <remarks>An object becomes visible whole and durable, or not at all. Drivers know nothing of digests, manifests or repositories.</remarks>
public interface IBlobDriver : IAsyncDisposable
{
    /// <summary>Size and time of an object; null where there is none.</summary>
    ValueTask<BlobStat?> StatAsync(BlobPath path, CancellationToken ct);

    /// <summary>Opens a run of an object's bytes; null where there is no object. The caller disposes the stream. A range past the end yields what there is.</summary>
    ValueTask<Stream?> OpenReadAsync(BlobPath path, ByteRange range, CancellationToken ct);

    /// <summary>Stores an object whole. Once it returns, the object survives a power cut; a failure leaves nothing visible. Replaces what was there.</summary>
    ValueTask PutAsync(BlobPath path, Stream content, CancellationToken ct);

    /// <summary>Starts an upload, or takes one up again by its token. Null where the token names no upload.</summary>
    ValueTask<IBlobUpload?> OpenUploadAsync(string? token, CancellationToken ct);

    /// <summary>Every object below a prefix, in no order. Objects written meanwhile may or may not appear.</summary>
    IAsyncEnumerable<BlobPath> ListAsync(BlobPath prefix, CancellationToken ct);

    /// <summary>Tokens of uploads that nobody touched since <paramref name="before"/>.</summary>
    IAsyncEnumerable<string> ListUploadsAsync(DateTimeOffset before, CancellationToken ct);

    /// <summary>Removes an object; silent where there is none.</summary>
    ValueTask DeleteAsync(BlobPath path, CancellationToken ct);

    /// <summary>An address from which a client may read the object itself for a while; null where the driver has none.</summary>
    ValueTask<Uri?> GetRedirectAsync(BlobPath path, TimeSpan lifetime, CancellationToken ct);

    /// <summary>Throws where the store cannot be reached or written.</summary>
    ValueTask CheckAsync(CancellationToken ct);
}
