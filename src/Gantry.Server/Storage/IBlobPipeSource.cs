using System.IO.Pipelines;
using Gantry.Protocol.Distribution;

namespace Gantry.Server.Storage;

/// <summary>What a driver may offer beyond the contract: reading straight into a response, without a stream between.</summary>
public interface IBlobPipeSource
{
    /// <summary>Writes and flushes a run of an object's bytes.</summary>
    /// <returns>Bytes written; fewer than asked means that the object is shorter, -1 that there is none.</returns>
    ValueTask<long> CopyToAsync(BlobPath path, ByteRange range, PipeWriter output, CancellationToken ct);
}
