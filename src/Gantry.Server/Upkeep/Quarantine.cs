using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Upkeep;

/// <summary>Takes bytes out of the way that are not what their digest says.</summary>
/// <remarks><code>
///   (1) read: wrong? ──► (2) mark the blob, note its digest as going ──► (3) read again, alone now ──► (4) copy to quarantine/ ──► (5) delete ──► (6) forget the note
///                                                                              │
///                                                                              └── right after all: somebody had brought them anew. The mark goes.
/// </code>
/// From (2) on no look-up finds the blob, and until (6) no upload can bring it; afterwards a push of the same bytes heals it, and every manifest that names it.
/// <para>
/// Steps 3 and 4 take as long as the blob is large: the note is renewed meanwhile, and where it is lost they end. Step 5 begins with the store's word that the note
/// is still this one's, and is over by a deadline. A crash on the way leaves the note; somebody takes it over once its time is over, and begins at (3).
/// </para>
/// </remarks>
public sealed partial class Quarantine(IMetadataStore metadata, IBlobDriver driver, BlobProof proof, Jobs jobs, TimeProvider time, ILogger<Quarantine> log)
{
    /// <summary>The lease's name.</summary>
    public const string Job = "quarantine";

    private const int Attempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Reads a blob that looked wrong to somebody, and moves it aside if it is. Where only the size that the database knows is wrong, that is put right.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="size">How many bytes the database says it has.</param>
    /// <param name="ct">Stops between two steps.</param>
    /// <returns>What became of it; unknown where it could not be taken, as while it is uploaded anew.</returns>
    /// <exception cref="IOException">The store failed, or somebody else took over: what is left to do is done later.</exception>
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

    /// <summary>Goes on with what others left at step 3, so that their digests can be pushed again. Nothing to do nearly always.</summary>
    /// <exception cref="IOException">As above.</exception>
    public async ValueTask FinishOthersAsync(CancellationToken ct) => await jobs.TryRunAsync(
        Job,
        async (lease, held) =>
        {
            while ((await metadata.TakeOverAsync(lease, GoingReason.Damage, 1, NoteTerm.Lifetime, held) ?? throw Lost()) is [var left])
                await SettleAsync(lease, left, held);
        },
        ct);

    private async ValueTask<Soundness> TakeAsync(JobLease lease, Digest digest, CancellationToken ct) =>
        // (2)
        await metadata.TakeDamagedAsync(lease, digest, NoteTerm.Lifetime, ct) is { } taken ? await SettleAsync(lease, taken, ct) : Soundness.Unknown;

    private async ValueTask<Soundness> SettleAsync(JobLease lease, GoingBlob blob, CancellationToken ct)
    {
        await using var note = new KeptNote(metadata, lease, blob.Digest, time, ct);
        Soundness found;
        long length;
        try
        {
            // (3)
            (found, length) = await proof.ReadAsync(blob.Digest, rate: null, note.Over);
            if (found is Soundness.Wrong)
            {
                await CopyAsync(blob.Digest, note.Over);
                await DeleteAsync(lease, blob.Digest, note.Over);
            }
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw note.IsLost ? Lost(e) : new IOException($"deleting the damaged bytes of {blob.Digest} took too long", e);
        }

        // (6) What step 5 did is told, whoever wants to stop.
        if (found is Soundness.Whole && length != blob.Size)
            await metadata.MendSizeAsync(blob.Digest, length, CancellationToken.None);
        if (!await metadata.SettleDamageAsync(lease, blob.Digest, found is Soundness.Whole, CancellationToken.None))
            throw Lost();
        if (found is not Soundness.Whole)
            LogDamaged(blob.Digest, found is Soundness.Missing ? "is missing" : "is not what its digest says, and was moved to quarantine/");
        return found;
    }

    /// <summary>(4)</summary>
    private async ValueTask CopyAsync(Digest digest, CancellationToken ct)
    {
        await using var bytes = await driver.OpenReadAsync(BlobPaths.Blob(digest), ByteRange.All, ct);
        if (bytes is not null)
            await driver.PutAsync(BlobPaths.Quarantine(digest), bytes, ct);
    }

    /// <summary>(5) Whoever took the note over may have let a client bring the right bytes: these must stay.</summary>
    private async ValueTask DeleteAsync(JobLease lease, Digest digest, CancellationToken ct)
    {
        using var term = new NoteTerm(time, ct);
        if ((await metadata.RenewNotesAsync(lease, [digest], NoteTerm.Lifetime, ct)).Count == 0)
            throw Lost();
        if (!term.IsFresh)
            throw new IOException($"the store took too long to say whether {digest} may be moved aside");
        await driver.DeleteAsync(BlobPaths.Blob(digest), term.Over);
    }

    private static IOException Lost(Exception? inner = null) => new("somebody else has taken over what was being moved aside", inner);

    [LoggerMessage(130, LogLevel.Error, "Blob {Digest} {Found}. A push of the same bytes heals it.")]
    private partial void LogDamaged(Digest digest, string found);
}
