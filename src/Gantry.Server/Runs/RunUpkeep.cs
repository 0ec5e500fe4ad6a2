using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Runs;

/// <summary>What becomes of runs by time alone. Each pass is bounded; the next one goes on.</summary>
public sealed class RunUpkeep(IMetadataStore metadata, IBlobDriver driver, RunLeases leases, RunLogs logs, RunSources sources, TimeProvider time)
{
    private const int Batch = 100;

    public required BuildOptions Options { get; init; }

    /// <summary>Ends what no worker will end, and moves the logs that a crash left in the database.</summary>
    public async ValueTask EndAsync(CancellationToken ct)
    {
        await leases.EndOverdueAsync(ct);
        foreach (var run in await metadata.ListUnsettledRunsAsync(Batch, ct))
            await logs.SettleAsync(run, ct);
    }

    /// <summary>Forgets old runs with their logs, and contexts that no run came for.</summary>
    public async ValueTask ForgetAsync(CancellationToken ct)
    {
        foreach (var run in await metadata.ListFinishedRunsAsync(time.GetUtcNow() - Options.RunRetention, Batch, ct))
        {
            // Bytes first, against the rule: nobody may ask for them any more, and the record is what leads here again after a crash.
            await driver.DeleteAsync(BlobPaths.RunLog(run.Key.Registry.Value, run.Key.Id), ct);
            await metadata.RemoveRunAsync(run.Key, ct);
        }
        foreach (var source in await metadata.ListSourcesAsync(time.GetUtcNow() - Options.SourceLifetime, Batch, ct))
            await sources.RemoveAsync(source.Id, ct);
    }
}
