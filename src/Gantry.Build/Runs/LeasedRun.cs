using System.Globalization;
using Gantry.Build.Dockerfile;
using Gantry.Build.Execution;
using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Client.Runs;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Runs;

namespace Gantry.Build.Runs;

/// <summary>One run, from its lease to its outcome.</summary>
/// <remarks><code>
///   lease ──► (1) renewals, timeout ──► (2) build, told in the log ──► (3) status ──► (4) log closed ──► (5) finished
///                  │ somebody cancels, time is up, the lease is lost
///                  └──────────────────────► the build stops where it is
/// </code></remarks>
internal sealed class LeasedRun(WorkerOptions options, LeaseClient leases, RunLease lease) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _lost;
    private volatile bool _canceled;

    /// <summary>How long a worker that stops may take to give its run back.</summary>
    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(2);

    /// <summary>Builds and finishes the run.</summary>
    /// <param name="ct">The worker stops: the run is given back.</param>
    /// <exception cref="LeaseLostException">The run was given to somebody else, or ended without us.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await BuildAndFinishAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Dispose() => _stop.Dispose();

    private async Task BuildAndFinishAsync(CancellationToken ct)
    {
        options.Log($"worker: run {lease.RunId} of registry {lease.Registry} begins");
        var begun = options.Time.GetTimestamp();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(lease.Timeout), options.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, _stop.Token, timeout.Token);
        var log = new LeasedLog(leases, lease, options.Time, _ => Lose());
        await using (log.ConfigureAwait(false))
        {
            if (lease.LogLength > 0)
                log.Stamp("The worker that had this run stopped or was lost. The run begins again.");

            // (1)
            using var renewing = new CancellationTokenSource();
            var renewals = RenewAsync(renewing.Token);
            RunOutcome outcome;
            try
            {
                // (2), (3)
                outcome = await BuildAsync(log, timeout.Token, stop.Token).ConfigureAwait(false);
                ct.ThrowIfCancellationRequested();

                // (4)
                WriteEnd(log, outcome, options.Time.GetElapsedTime(begun));
                await log.CloseAsync().ConfigureAwait(false);
                if (_lost)
                    throw new LeaseLostException(lease.LeaseId);

                // (5)
                await leases.FinishAsync(lease.LeaseId, outcome, ct).ConfigureAwait(false);
            }
            finally
            {
                await renewing.CancelAsync().ConfigureAwait(false);
                await renewals.ConfigureAwait(false);
            }
            options.Log($"worker: run {lease.RunId} of registry {lease.Registry}: {outcome.Status}");
        }
    }

    private async ValueTask<RunOutcome> BuildAsync(LeasedLog log, CancellationToken timeout, CancellationToken ct)
    {
        try
        {
            var images = await new RunBuild(options, leases, lease, log).RunAsync(ct).ConfigureAwait(false);
            return new RunOutcome { Status = RunStatus.Succeeded, OutputImages = images };
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            // Whatever a build says whose connections were cut under it, this is why.
            return _canceled ? Ended(RunStatus.Canceled, "the run was canceled")
                : timeout.IsCancellationRequested ? Ended(RunStatus.Timeout, string.Create(CultureInfo.InvariantCulture, $"the run took longer than {lease.Request.Timeout ?? lease.Timeout} seconds"))
                : Ended(RunStatus.Error, "the worker stopped");
        }
        catch (Exception e) when (e is DockerfileException or BuildException or RegistryException or HttpRequestException or IOException
            or UnauthorizedAccessException or ContentMismatchException or ContentNotFoundException or ForeignOriginException or FormatException)
        {
            return Ended(RunStatus.Failed, log.Masked(e.Message));
        }
        catch (Exception e)
        {
            // A fault of the program: the worker goes on with other runs, and the operator hears of it.
            options.Log($"worker: run {lease.RunId} of registry {lease.Registry}: {log.Masked(e.ToString())}");
            return Ended(RunStatus.Error, $"the build failed in a way that it should not: {log.Masked(e.Message)}");
        }
    }

    /// <summary>Best effort: where it fails, the lease ends by itself.</summary>
    private async ValueTask ReleaseAsync()
    {
        using var patience = new CancellationTokenSource(ReleasePatience, options.Time);
        try
        {
            await leases.ReleaseAsync(lease.LeaseId, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or RegistryException or IOException or LeaseLostException or OperationCanceledException)
        {
            options.Log($"worker: run {lease.RunId} of registry {lease.Registry} waits for its lease to end: {e.Message}");
        }
    }

    private static RunOutcome Ended(RunStatus status, string reason) => new() { Status = status, Error = reason };

    private void WriteEnd(LeasedLog log, RunOutcome outcome, TimeSpan elapsed)
    {
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Ceiling(elapsed.TotalSeconds)):0}s");
        if (outcome.Error is { } error)
            log.Stamp(error);
        log.Write("");
        log.Write(outcome.Status switch
        {
            RunStatus.Succeeded => $"Run ID: {lease.RunId} was successful after {seconds}",
            RunStatus.Canceled => $"Run ID: {lease.RunId} was canceled after {seconds}",
            RunStatus.Timeout => $"Run ID: {lease.RunId} timed out after {seconds}",
            _ => $"Run ID: {lease.RunId} failed after {seconds}. Error: {outcome.Error?.Split('\n')[0].TrimEnd('\r')}",
        });
    }

    /// <summary>Renews six times in a lease's lifetime, so that some may be lost.</summary>
    private async Task RenewAsync(CancellationToken ct)
    {
        var pause = TimeSpan.FromSeconds(lease.Lifetime) / 6;
        var renewed = options.Time.GetTimestamp();
        while (true)
        {
            try
            {
                await Task.Delay(pause, options.Time, ct).ConfigureAwait(false);
                var state = await leases.RenewAsync(lease.LeaseId, ct).ConfigureAwait(false);
                renewed = options.Time.GetTimestamp();
                if (state.CancelRequested && !_canceled)
                {
                    _canceled = true;
                    await _stop.CancelAsync().ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (LeaseLostException)
            {
                Lose();
                return;
            }
            catch (Exception)
            {
                // The server restarts, perhaps. Past its lifetime the lease is nobody's any more.
                if (options.Time.GetElapsedTime(renewed) > TimeSpan.FromSeconds(lease.Lifetime))
                {
                    Lose();
                    return;
                }
            }
        }
    }

    private void Lose()
    {
        _lost = true;
        _stop.Cancel();
    }
}
