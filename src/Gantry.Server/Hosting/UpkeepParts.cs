using System.Collections.Concurrent;
using Gantry.Protocol.Oci;
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

    private readonly CancellationTokenSource _stop = new();

    // Every pull of a broken blob suspects it anew, and each examination reads all of it: one at a time, and each digest once.
    private readonly ConcurrentDictionary<Digest, Task> _examined = new();
    private readonly SemaphoreSlim _examination = new(1);
    private readonly IMetadataStore _metadata;
    private readonly Quarantine _quarantine;
    private readonly ServerLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private Task _loops = Task.CompletedTask;

    public UpkeepParts(IMetadataStore metadata, IBlobDriver driver, ServerLimits limits, TimeProvider time, ILoggerFactory logs)
    {
        (_metadata, _limits, _time, _log) = (metadata, limits, time, logs.CreateLogger<UpkeepParts>());
        var jobs = new Upkeep.Jobs(metadata, time);
        var proof = new BlobProof(driver, time);
        _quarantine = new Quarantine(metadata, driver, proof, jobs, time, logs.CreateLogger<Quarantine>());
        var collector = new Collector(metadata, driver, jobs, limits.Registry, time);
        Jobs = new UpkeepJobs(
            collector,
            new Keepers(metadata, limits.Registry),
            new Scrubber(metadata, proof, _quarantine, jobs, time, logs.CreateLogger<Scrubber>()),
            new Checker(metadata, driver, collector, _quarantine, jobs),
            _stop.Token);
    }

    public UpkeepJobs Jobs { get; }

    /// <summary>Begins. What an earlier process left half deleted comes first.</summary>
    public void Start()
    {
        _loops = Task.WhenAll(
            RunAsync(LeftInterval, FinishLeftAsync),
            // Beside the others: a large blob takes long to read.
            RunAsync(LeftInterval, FinishDamagedAsync),
            // Not at once: while no server ran nobody could name what they had brought, nor after an upgrade from a program that collected nothing.
            _limits.CollectInterval > TimeSpan.Zero ? RunAsync(_limits.CollectInterval, CollectAsync, atOnce: false) : Task.CompletedTask,
            _limits.ScrubInterval > TimeSpan.Zero ? RunAsync(ScrubLook, ct => Jobs.Scrubber.ContinueAsync(_limits.ScrubInterval, _limits.ScrubRate, ct)) : Task.CompletedTask);
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
    public Task StopAsync() => _stop.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _loops;
        await Examined;
        _examination.Dispose();
        _stop.Dispose();
    }

    private async Task ExamineAsync(ServedBlob blob, TaskCompletionSource done)
    {
        try
        {
            await _examination.WaitAsync(_stop.Token);
            try
            {
                await _quarantine.ExamineAsync(blob.Digest, blob.Size, _stop.Token);
            }
            finally
            {
                _examination.Release();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
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

    private async Task RunAsync(TimeSpan interval, Func<CancellationToken, ValueTask> round, bool atOnce = true)
    {
        using var timer = new PeriodicTimer(interval, _time);
        try
        {
            while (atOnce || await timer.WaitForNextTickAsync(_stop.Token))
            {
                atOnce = false;
                await TryAsync(round);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopping is how this loop ends.
        }
    }

    private async ValueTask TryAsync(Func<CancellationToken, ValueTask> round)
    {
        try
        {
            await round(_stop.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next round tries again; until then nothing is lost but room.
            LogFailed(e);
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
