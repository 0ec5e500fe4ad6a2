using System.Buffers;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Storage;

namespace Gantry.Server.Upkeep;

/// <summary>Reads bytes and tells whether they are those of their digest.</summary>
public sealed class BlobProof(IBlobDriver driver, TimeProvider time)
{
    private const int Block = 256 * 1024;

    /// <param name="digest">The blob.</param>
    /// <param name="rate">Bytes per second to stay below; null for no bound.</param>
    /// <param name="ct">Stops between blocks.</param>
    /// <returns>What the digest says of all the bytes that are there, and how many they are: a size that somebody wrote down decides nothing.</returns>
    /// <exception cref="IOException">The store cannot be read: that says nothing of the blob.</exception>
    public async ValueTask<(Soundness Found, long Size)> ReadAsync(Digest digest, long? rate, CancellationToken ct)
    {
        await using var content = await driver.OpenReadAsync(BlobPaths.Blob(digest), ByteRange.All, ct);
        if (content is null)
            return (Soundness.Missing, 0);
        using var hash = digest.Algorithm.CreateHash();
        var buffer = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            var (total, began) = (0L, time.GetTimestamp());
            int read;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, Block), ct)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                total += read;
                if (rate is > 0 && TimeSpan.FromSeconds((double)total / rate.Value) - time.GetElapsedTime(began) is var ahead && ahead > TimeSpan.Zero)
                    await Task.Delay(ahead, time, ct);
            }
            return (Digest.FromHash(digest.Algorithm, hash) == digest ? Soundness.Whole : Soundness.Wrong, total);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
