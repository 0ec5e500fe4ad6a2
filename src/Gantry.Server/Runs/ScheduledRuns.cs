using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;
using Gantry.Protocol.Token;
using Gantry.Server.Access;
using Gantry.Server.Metadata;

namespace Gantry.Server.Runs;

/// <summary>Runs as those see them who ask for them.</summary>
public sealed class ScheduledRuns(IMetadataStore metadata, RunSignals signals, RunLogs logs, BuildOptions options, TimeProvider time)
{
    /// <summary>How a run's request names a context that was uploaded.</summary>
    public const string SourcePrefix = "sources/";

    /// <summary>Adds a run.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="hosts">The registry's own hosts, the one first that the caller named.</param>
    /// <param name="asked">What is asked.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="RegistryException">It cannot be done, or the caller may not.</exception>
    /// <remarks><code>
    ///   request ──(1) rules──► (2) rights, with an id that is none ──► (3) number ──► (4) names rendered ──► (5) stored, source taken
    /// </code></remarks>
    public async ValueTask<RunRecord> ScheduleAsync(RegistryRecord registry, Caller caller, IReadOnlyList<string> hosts, RunRequest asked, CancellationToken ct)
    {
        DemandMayRun(caller);
        // (1)
        var request = RunRules.Normalize(asked);
        var source = ReadSource(request.SourceLocation);
        var now = time.GetUtcNow();

        // (2) What is refused takes no number.
        Render(RunNames.Trial(registry.Name));

        // (3), (4)
        var number = await metadata.TakeRunNumberAsync(registry.Id, ct);
        var id = RunNames.Of(registry.Name, number);
        var run = new RunRecord
        {
            Key = new RunKey(registry.Id, id),
            Number = number,
            Owner = caller.Name,
            OwnerGeneration = caller.Generation,
            LoginServer = hosts[0],
            Request = request with { ImageNames = Render(id), SourceLocation = source is null && !IsOci(request.SourceLocation) ? null : request.SourceLocation },
            Source = source,
            Status = RunStatus.Queued,
            Created = now,
            Updated = now,
            Archived = request.IsArchiveEnabled ?? false,
        };

        // (5)
        switch (await metadata.AddRunAsync(run, options.MaxQueuedRuns, ct))
        {
            case CommitOutcome.InUse:
                throw new RegistryException(ErrorCode.TooManyRequests, $"{options.MaxQueuedRuns} runs wait in this registry already; try again when some of them are done");
            case CommitOutcome.Missing:
                throw new RegistryException(ErrorCode.RequestInvalid, $"the source {Printable.Of(request.SourceLocation)} is not there: nothing was uploaded, another run has it, or it was too old");
        }
        signals.FireQueue();
        return run;

        IReadOnlyList<string> Render(string runId)
        {
            var template = new RunTemplate { Id = runId, LoginServer = hosts[0], Registry = registry.Name, Created = now, Platform = request.Platform! };
            var targets = request.ImageNames!.Select(name => ImageTarget.Parse(template.Render(name), hosts)).Distinct().ToList();
            DemandTargets(caller, targets, request.IsPushEnabled ?? true);
            return [.. targets.Select(target => target.ToString())];
        }
    }

    /// <summary>A run that the caller may see.</summary>
    /// <exception cref="RegistryException">There is none of that id for this caller.</exception>
    public async ValueTask<RunRecord> FindAsync(RegistryRecord registry, Caller caller, string id, CancellationToken ct)
    {
        DemandSeesRuns(caller);
        var run = await metadata.FindRunAsync(new RunKey(registry.Id, id), ct);
        return run is not null && (caller.SeesEveryRun || run.Owner == caller.Name)
            ? run
            : throw new RegistryException(ErrorCode.NotFound, $"there is no run {Printable.Of(id)} in the registry {registry.Name}");
    }

    /// <summary>Runs that the caller may see, newest first.</summary>
    public ValueTask<IReadOnlyList<RunRecord>> ListAsync(RegistryRecord registry, Caller caller, RunFilter filter, CancellationToken ct)
    {
        DemandSeesRuns(caller);
        return metadata.ListRunsAsync(registry.Id, caller.SeesEveryRun ? filter : filter with { Owner = caller.Name }, ct);
    }

    /// <summary>Ends a run, or asks its worker to.</summary>
    /// <exception cref="RegistryException">There is none of that id for this caller, or it is over.</exception>
    public async ValueTask CancelAsync(RegistryRecord registry, Caller caller, string id, CancellationToken ct)
    {
        var seen = await FindAsync(registry, caller, id, ct);
        var run = seen.Status.IsFinal ? seen : await metadata.CancelRunAsync(seen.Key, time.GetUtcNow(), ct) ?? seen;
        if (run.Status.IsFinal && (seen.Status.IsFinal || run.Status != RunStatus.Canceled))
            throw new RegistryException(ErrorCode.Conflict, $"the run {run.Key.Id} is over already: {run.Status}");
        signals.Fire(run.Key);
        if (run.Status.IsFinal)
            await logs.SettleAsync(run, ct);
    }

    /// <summary>Keeps a run for good, or no longer than others.</summary>
    public async ValueTask<RunRecord> ArchiveAsync(RegistryRecord registry, Caller caller, string id, bool archived, CancellationToken ct)
    {
        var run = await FindAsync(registry, caller, id, ct);
        return await metadata.ArchiveRunAsync(run.Key, archived, ct) ?? run;
    }

    /// <exception cref="RegistryException">The caller may push nowhere, or shows a token of some repositories alone.</exception>
    public static void DemandMayRun(Caller caller)
    {
        if (!caller.MayRun)
            throw new RegistryException(ErrorCode.Denied, "runs are for those who may push to the registry, signed in with more than a token of some repositories");
    }

    /// <summary>Whoever looks after all runs need not be able to ask for one.</summary>
    private static void DemandSeesRuns(Caller caller)
    {
        if (!caller.SeesEveryRun)
            DemandMayRun(caller);
    }

    private static void DemandTargets(Caller caller, IReadOnlyList<ImageTarget> targets, bool push)
    {
        var repositories = targets.Select(target => target.Repository).Distinct().ToList();
        if (push && repositories.FirstOrDefault(repository => !caller.May(TokenActions.Push, repository)) is { IsEmpty: false } refused)
            throw new RegistryException(ErrorCode.Denied, $"you may not push to {refused}");
        if (repositories.Sum(repository => repository.ToString().Length) > RunRules.MaxRepositoryText)
            throw new RegistryException(ErrorCode.RequestInvalid, "the run pushes to too many repositories at once");
    }

    /// <summary>The id of an uploaded context, or null where the context is another one.</summary>
    private static string? ReadSource(string? location) => location switch
    {
        null or "" or "/dev/null" => null,
        _ when IsOci(location) => null,
        _ when location.StartsWith(SourcePrefix, StringComparison.Ordinal) => location[SourcePrefix.Length..],
        _ => throw new RegistryException(ErrorCode.RequestInvalid,
            $"a run's context is an upload, oci://REFERENCE or /dev/null; \"{Printable.Of(location)}\" is none of them"),
    };

    private static bool IsOci(string? location) => location is not null && location.StartsWith(RunRequest.ArtifactPrefix, StringComparison.OrdinalIgnoreCase);
}
