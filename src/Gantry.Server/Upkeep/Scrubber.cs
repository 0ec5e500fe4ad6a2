using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Upkeep;

/// <summary>Reads everything anew and verifies it: blobs in the order of their digests, at a bounded rate, then the manifests in the database.</summary>
/// <remarks>How far it came is kept with its lease, so that a pass goes on after a restart, on whichever node takes the job next.</remarks>
public sealed partial class Scrubber(IMetadataStore metadata, BlobProof proof, Quarantine quarantine, Jobs jobs, TimeProvider time, ILogger<Scrubber> log)
{
    /// <summary>The lease's name.</summary>
    public const string Job = "scrub";

    // A pass that an operator asks for: the scheduled one keeps its place.
    private const string OwnJob = "scrub-now";

    private const int Page = 64;
    private const int ManifestPage = 16;
    private const int MaxListed = 100;

    /// <summary>Goes on with the scheduled pass, or begins one where its time has come.</summary>
    /// <param name="interval">From one pass's beginning to the next one's.</param>
    /// <param name="rate">Bytes per second; 0 for no bound.</param>
    /// <param name="ct">Stops it; the next call goes on where it was.</param>
    public async ValueTask ContinueAsync(TimeSpan interval, long rate, CancellationToken ct)
    {
        if (!IsDue(await ReadStateAsync(Job, ct), interval))
            return;
        await jobs.TryRunAsync(Job, (lease, held) => ContinueAsync(lease, interval, rate, held), ct);
    }

    /// <summary>One whole pass at once, as fast as the store reads.</summary>
    /// <exception cref="RegistryException">Another operator's pass runs.</exception>
    public async ValueTask<ScrubStatus> RunAsync(Action<string> progress, CancellationToken ct)
    {
        var status = new ScrubStatus { Began = time.GetUtcNow() };
        var ran = await jobs.TryRunAsync(OwnJob, async (lease, held) => status = await PassAsync(lease, status, 0, progress, held), ct);
        return ran ? await WithDamagedAsync(status, ct) : throw new RegistryException(ErrorCode.Conflict, "another scrub is running already, here or on another node");
    }

    /// <summary>How far the scheduled pass is, and what is damaged now.</summary>
    public async ValueTask<ScrubStatus> FindStatusAsync(CancellationToken ct) => await WithDamagedAsync(await ReadStateAsync(Job, ct) ?? new ScrubStatus(), ct);

    private async ValueTask ContinueAsync(JobLease lease, TimeSpan interval, long rate, CancellationToken ct)
    {
        // Somebody else may have come further since it was asked whether there is anything to do.
        var status = await ReadStateAsync(Job, ct);
        if (!IsDue(status, interval))
            return;
        if (status is null or { Ended: not null })
            status = new ScrubStatus { Began = time.GetUtcNow() };
        status = await PassAsync(lease, status, rate, _ => { }, ct);
        LogEnded(status.Blobs, status.Bytes, status.Manifests, status.Found);
    }

    private async ValueTask<ScrubStatus> PassAsync(JobLease lease, ScrubStatus status, long rate, Action<string> progress, CancellationToken ct)
    {
        var cursor = status.Cursor is { } text && Digest.TryParse(text, out var last) ? last : (Digest?)null;
        while (await metadata.ListBlobsAsync(cursor, Page, ct) is { Count: > 0 } blobs)
        {
            foreach (var blob in blobs)
            {
                status = Add(status, blob, await ReadAsync(blob, rate, ct));
                progress($"{status.Blobs} blobs, {status.Bytes} bytes read");
                // Large blobs take long: each is worth a note of its own.
                if (rate > 0 && blob.Size > rate)
                    await KeepAsync(lease, status, ct);
            }
            cursor = blobs[^1].Digest;
            await KeepAsync(lease, status, ct);
        }
        var row = 0L;
        while (await metadata.ListManifestBytesAsync(row, ManifestPage, ct) is { Count: > 0 } manifests)
        {
            row = manifests[^1].Place.Row;
            var wrong = manifests.Where(manifest => !manifest.IsSound).ToList();
            foreach (var manifest in wrong)
                LogManifest(NameOf(manifest));
            status = status with
            {
                Manifests = status.Manifests + manifests.Count,
                Found = status.Found + wrong.Count,
                WrongManifests = [.. (status.WrongManifests ?? []).Concat(wrong.Select(NameOf)).Take(MaxListed)],
            };
            progress($"{status.Manifests} manifests read");
        }
        status = status with { Ended = time.GetUtcNow() };
        await KeepAsync(lease, status, ct);
        return status;
    }

    private static string NameOf(ManifestBytes manifest) => $"{manifest.Place.Registry}/{manifest.Place.Repository}@{manifest.Place.Digest}";

    /// <returns>Null where nothing was read.</returns>
    private async ValueTask<Soundness?> ReadAsync(StoredBlob blob, long rate, CancellationToken ct)
    {
        // What is known to be damaged has no bytes to read.
        if (blob.Damaged is not null)
            return null;
        try
        {
            var (found, size) = await proof.ReadAsync(blob.Digest, rate, ct);
            return found is Soundness.Whole && size == blob.Size ? found : await quarantine.ExamineAsync(blob.Digest, blob.Size, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnread(blob.Digest, e);
            return Soundness.Unknown;
        }
    }

    private static ScrubStatus Add(ScrubStatus status, StoredBlob blob, Soundness? found) => status with
    {
        Cursor = blob.Digest.ToString(),
        Blobs = status.Blobs + (found is null ? 0 : 1),
        Bytes = status.Bytes + (found is null ? 0 : blob.Size),
        Found = status.Found + (found is Soundness.Wrong or Soundness.Missing ? 1 : 0),
        Unread = status.Unread + (found is Soundness.Unknown ? 1 : 0),
    };

    private bool IsDue(ScrubStatus? status, TimeSpan interval) => status is null or { Ended: null } || status.Began + interval <= time.GetUtcNow();

    /// <exception cref="IOException">The lease is lost: somebody else goes on, and nobody takes half a pass for a whole one.</exception>
    private async ValueTask KeepAsync(JobLease lease, ScrubStatus status, CancellationToken ct)
    {
        if (!await metadata.WriteJobStateAsync(lease, JsonSerializer.Serialize(status, WireJson.Wire.ScrubStatus), ct))
            throw new IOException("the lease of the scrub was lost");
    }

    private async ValueTask<ScrubStatus?> ReadStateAsync(string job, CancellationToken ct)
    {
        try
        {
            return (await metadata.FindJobAsync(job, ct))?.State is { } state ? JsonSerializer.Deserialize(state, WireJson.Wire.ScrubStatus) : null;
        }
        catch (JsonException)
        {
            // Written by another version: a pass begins anew.
            return null;
        }
    }

    private async ValueTask<ScrubStatus> WithDamagedAsync(ScrubStatus status, CancellationToken ct) => status with
    {
        Damaged = [.. (await metadata.ListDamagedAsync(MaxListed, ct)).Select(blob => blob.Digest.ToString())],
        DamagedCount = await metadata.CountDamagedAsync(ct),
    };

    [LoggerMessage(131, LogLevel.Information, "Scrubbed {Blobs} blobs ({Bytes} bytes) and {Manifests} manifests; {Found} are damaged.")]
    private partial void LogEnded(long blobs, long bytes, long manifests, long found);

    [LoggerMessage(132, LogLevel.Error, "The database holds bytes of manifest {Name} that are not its own. A push of the manifest heals it.")]
    private partial void LogManifest(string name);

    [LoggerMessage(133, LogLevel.Error, "Blob {Digest} could not be read.")]
    private partial void LogUnread(Digest digest, Exception e);
}
