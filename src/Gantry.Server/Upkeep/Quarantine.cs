using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Upkeep;

/// <summary>Takes bytes out of the way that are not what their digest says.</summary>
/// <remarks><code>
///   (1) read: wrong? ──► (2) mark the blob, note its digest as going ──► (3) read again, alone now ──► (4) copy to quarantine/, delete ──► (5) forget the note
///                                                                              │
///                                                                              └── right after all: somebody had brought them anew. The mark goes.
/// </code>
/// From (2) on no look-up finds the blob, and until (5) no upload can bring it; afterwards a push of the same bytes heals it, and every manifest that names it.
/// A crash on the way leaves the note, which the next collection takes over at (3).
/// </remarks>
public sealed partial class Quarantine(IMetadataStore metadata, IBlobDriver driver, BlobProof proof, Jobs jobs, ILogger<Quarantine> log)
{
    private const string Job = "quarantine";
    private const int Attempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Reads a blob that looked wrong to somebody, and moves it aside if it is. Where only the size that the database knows is wrong, that is put right.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="size">How many bytes the database says it has.</param>
    /// <param name="ct">Stops between two steps.</param>
    /// <returns>What became of it; unknown where it could not be taken, as while it is uploaded anew.</returns>
    public async ValueTask<Soundness> ExamineAsync(Digest digest, long size, CancellationToken ct)
    {
        // (1)
        var (first, length) = await proof.ReadAsync(digest, rate: null, ct);
        if (first is Soundness.Whole)
        {
            if (length != size)
                await metadata.MendSizeAsync(digest, length, ct);
            return Soundness.Whole;
        }
        var found = Soundness.Unknown;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await jobs.TryRunAsync(Job, async (lease, held) => found = await TakeAsync(lease, digest, held), ct))
                return found;
            await Task.Delay(Pause, ct);
        }
        return Soundness.Unknown;
    }

    /// <summary>Steps 3 to 5, also for a note that somebody else left.</summary>
    public async ValueTask<Soundness> SettleAsync(JobLease lease, GoingBlob blob, CancellationToken ct)
    {
        // (3)
        var (found, length) = await proof.ReadAsync(blob.Digest, rate: null, ct);
        if (found is Soundness.Wrong)
        {
            // (4)
            var path = BlobPaths.Blob(blob.Digest);
            await using (var bytes = await driver.OpenReadAsync(path, Protocol.Distribution.ByteRange.All, ct))
            {
                if (bytes is not null)
                    await driver.PutAsync(BlobPaths.Quarantine(blob.Digest), bytes, ct);
            }
            await driver.DeleteAsync(path, ct);
        }
        // (5)
        if (found is Soundness.Whole && length != blob.Size)
            await metadata.MendSizeAsync(blob.Digest, length, ct);
        await metadata.SettleDamageAsync(lease, blob.Digest, found is Soundness.Whole, ct);
        if (found is not Soundness.Whole)
            LogDamaged(blob.Digest, found is Soundness.Missing ? "is missing" : "is not what its digest says, and was moved to quarantine/");
        return found;
    }

    private async ValueTask<Soundness> TakeAsync(JobLease lease, Digest digest, CancellationToken ct) =>
        await metadata.TakeDamagedAsync(lease, digest, Collector.NoteLifetime, ct) is { } taken ? await SettleAsync(lease, taken, ct) : Soundness.Unknown;

    [LoggerMessage(130, LogLevel.Error, "Blob {Digest} {Found}. A push of the same bytes heals it.")]
    private partial void LogDamaged(Digest digest, string found);
}
