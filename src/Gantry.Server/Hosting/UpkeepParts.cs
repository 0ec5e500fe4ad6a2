using System.Collections.Concurrent;
using Gantry.Protocol.Oci;
using Gantry.Server.Archive;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Gantry.Server.Storage;
using Gantry.Server.Upkeep;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>Collection, scrub and check, put together and run by the clock.</summary>
internal sealed partial class UpkeepParts : IAsyncDisposable
{
    // What a node that died was deleting cannot be pushed until somebody finishes it: that must not wait for the next collection.
    private static readonly TimeSpan LeftInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ScrubLook = TimeSpan.FromSeconds(60);

    private readonly Rounds _rounds;

    // Every pull of a broken blob suspects it anew, and each examination reads all of it: one at a time, and each digest once.
    private readonly ConcurrentDictionary<Digest, Task> _examined = new();
    private readonly SemaphoreSlim _examination = new(1);
    private readonly IMetadataStore _metadata;
    private readonly Quarantine _quarantine;
    private readonly ServerLimits _limits;
    private readonly ILogger _log;

    public UpkeepParts(IMetadataStore metadata, IBlobDriver driver, ServerLimits limits, TimeProvider time, ILoggerFactory logs)
    {
        (_metadata, _limits, _log) = (metadata, limits, logs.CreateLogger<UpkeepParts>());
        _rounds = new Rounds(time, LogFailed);
        var jobs = new Upkeep.Jobs(metadata, time);
        var proof = new BlobProof(driver, time);
        _quarantine = new Quarantine(metadata, driver, proof, jobs, time, logs.CreateLogger<Quarantine>());
        var collector = new Collector(metadata, driver, jobs, limits.Registry, time);
        Jobs = new UpkeepJobs(
            collector,
            new Keepers(metadata, limits.Registry),
            new Scrubber(metadata, proof, _quarantine, jobs, time, logs.CreateLogger<Scrubber>()),
            new Checker(metadata, driver, collector, _quarantine, jobs, ct => JournalFile.HasForeignLineAsync(driver, metadata, ct)),
            _rounds.Stopping);
    }

    public UpkeepJobs Jobs { get; }

    /// <summary>Begins. What an earlier process left half deleted comes first.</summary>
    public void Start()
    {
        _rounds.Start(LeftInterval, FinishLeftAsync, atOnce: true);
        // Beside the others: a large blob takes long to read.
        _rounds.Start(LeftInterval, FinishDamagedAsync, atOnce: true);
        // Not at once: while no server ran nobody could name what they had brought, nor after an upgrade from a program that collected nothing.
        if (_limits.CollectInterval > TimeSpan.Zero)
            _rounds.Start(_limits.CollectInterval, CollectAsync);
        if (_limits.ScrubInterval > TimeSpan.Zero)
            _rounds.Start(ScrubLook, ct => Jobs.Scrubber.ContinueAsync(_limits.ScrubInterval, _limits.ScrubRate, ct), atOnce: true);
    }

    /// <summary>Looks at a blob that was found wrong while it was sent.</summary>
    public void Suspect(ServedBlob blob)
    {
        var begun = new TaskCompletionSource();
        if (_examined.TryAdd(blob.Digest, begun.Task))
            _ = ExamineAsync(blob, begun);
    }

    /// <summary>Ends when what was suspected until now was looked at.</summary>
    internal Task Examined => Task.WhenAll(_examined.Values);

    /// <summary>Tells everything that runs to stop between two steps, operators' commands too.</summary>
    public Task StopAsync() => _rounds.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Examined;
        await _rounds.DisposeAsync();
        _examination.Dispose();
    }

    private async Task ExamineAsync(ServedBlob blob, TaskCompletionSource done)
    {
        var stopping = _rounds.Stopping;
        try
        {
            await _examination.WaitAsync(stopping);
            try
            {
                await _quarantine.ExamineAsync(blob.Digest, blob.Size, stopping);
            }
            finally
            {
                _examination.Release();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The scrub finds it in its turn.
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
        finally
        {
            _examined.TryRemove(blob.Digest, out _);
            done.SetResult();
        }
    }

    private async ValueTask FinishLeftAsync(CancellationToken ct)
    {
        if (await _metadata.IsAnythingGoingAsync(ct) && await Jobs.Collector.FinishOthersAsync(ct) is > 0 and var finished)
            LogFinished(finished);
    }

    private async ValueTask FinishDamagedAsync(CancellationToken ct)
    {
        if (await _metadata.IsAnythingGoingAsync(ct))
            await _quarantine.FinishOthersAsync(ct);
    }

    private async ValueTask CollectAsync(CancellationToken ct)
    {
        try
        {
            var report = await Jobs.Collector.CollectAsync(new Protocol.Admin.CollectRequest(), _ => { }, ct);
            if (report.Blobs > 0 || report.Failed > 0)
                LogCollected(report.Blobs, report.Bytes, report.Skipped, report.Failed);
        }
        catch (Protocol.Distribution.RegistryException)
        {
            // Another node is at it, or an operator.
        }
    }

    [LoggerMessage(134, LogLevel.Information, "Collected {Blobs} blobs, {Bytes} bytes; {Skipped} were passed over, {Failed} could not be deleted.")]
    private partial void LogCollected(long blobs, long bytes, long skipped, long failed);

    [LoggerMessage(135, LogLevel.Information, "Finished deleting {Count} blobs that a collection had begun and left.")]
    private partial void LogFinished(long count);

    [LoggerMessage(136, LogLevel.Error, "Upkeep failed; the next round tries again.")]
    private partial void LogFailed(Exception e);
}
