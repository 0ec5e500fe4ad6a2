using Gantry.Server.Access;
using Gantry.Server.Http;
using Gantry.Server.Http.Runs;
using Gantry.Server.Metadata;
using Gantry.Server.Runs;
using Gantry.Server.Storage;

namespace Gantry.Server.Hosting;

/// <summary>What runs are made of, put together.</summary>
internal sealed class RunParts
{
    private RunParts()
    {
    }

    public required RunSignals Signals { get; init; }

    public required RunUpkeep Upkeep { get; init; }

    public required ScheduledRuns Scheduled { get; init; }

    public required RunLeases Leases { get; init; }

    public required RunLogs Logs { get; init; }

    public required RunSources Sources { get; init; }

    public required RunLinks Links { get; init; }

    public required BuildOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public WorkerSecrets Secrets { get; } = WorkerSecrets.Generate();

    public static RunParts Create(IMetadataStore metadata, IBlobDriver driver, TokenIssuer tokens, RunLinks links, BuildOptions options, TimeProvider time)
    {
        var signals = new RunSignals(time);
        var sources = new RunSources(metadata, driver, options, time);
        var logs = new RunLogs(metadata, driver, sources, signals, options, time);
        var leases = new RunLeases(metadata, signals, logs, tokens, options, time);
        return new RunParts
        {
            Signals = signals,
            Sources = sources,
            Logs = logs,
            Leases = leases,
            Links = links,
            Options = options,
            Time = time,
            Scheduled = new ScheduledRuns(metadata, signals, logs, options, time),
            Upkeep = new RunUpkeep(metadata, driver, leases, logs, sources, time) { Options = options },
        };
    }

    public RunRoutes Routes(RegistrySelector selector, int maxForm) => new(
        new ResourceEndpoints(Scheduled, Sources, Links, selector, maxForm),
        new LeaseEndpoints(Leases, Logs, Sources, Secrets, selector, Options),
        new SourceEndpoints(Sources, Links, Options, Time),
        new LogEndpoints(Logs, Links));
}
