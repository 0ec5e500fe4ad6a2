using System.Security.Cryptography;

namespace Gantry.Server.Storage;

/// <summary>Bytes on their way in. Disposing lets go of it; the bytes stay until it is committed or cancelled, across restarts too.</summary>
/// <remarks>One request at a time changes an upload: whoever opens it sees to that. Others may open it meanwhile to see its length.</remarks>
public interface IBlobUpload : IAsyncDisposable
{
    /// <summary>Takes the upload up again: <see cref="IBlobDriver.OpenUploadAsync"/>.</summary>
    string Token { get; }

    /// <summary>Bytes held so far.</summary>
    long Length { get; }

    /// <summary>What it held is gone, though not all that it left. There is nothing to go on with; cancelling it removes the rest.</summary>
    bool IsGone => false;

    /// <summary>Equal to what it was earlier only where the bytes are the same: whoever hashed them then need not read them again, whichever process has had the upload since.</summary>
    string State { get; }

    /// <summary>Appends a stream to its end, or up to <paramref name="limit"/> bytes held in all.</summary>
    /// <param name="content">Read in large blocks; not disposed.</param>
    /// <param name="hashes">Each is fed every block in order while the next one arrives, so that nothing is read twice.</param>
    /// <param name="limit">More than this many bytes held in all raise <see cref="BlobTooLargeException"/>.</param>
    /// <param name="ct">Stops between blocks.</param>
    /// <remarks>After a failure <see cref="Length"/> and the hashes agree on what was kept: a client may go on from there.</remarks>
    ValueTask AppendAsync(Stream content, IReadOnlyList<IncrementalHash> hashes, long limit, CancellationToken ct);

    /// <summary>Reads what is held, from the start: to hash anew what an earlier process received. The caller disposes the stream.</summary>
    ValueTask<Stream> OpenReadAsync(CancellationToken ct);

    /// <summary>Makes the bytes an object at <paramref name="path"/>, durable once this returns. Atomic, and harmless to repeat.</summary>
    ValueTask CommitAsync(BlobPath path, CancellationToken ct);

    /// <summary>Gives it up where another process may have it: disposing writes nothing more, so what came since it was last let go may be lost.</summary>
    void Abandon()
    {
    }

    /// <summary>Drops the bytes.</summary>
    ValueTask CancelAsync(CancellationToken ct);
}
