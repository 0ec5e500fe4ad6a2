using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Runs;
using Gantry.Protocol.Token;
using Gantry.Server.Access;
using Gantry.Server.Metadata;

namespace Gantry.Server.Runs;

/// <summary>Runs as workers see them: each one under a lease, and a word under a lease that has ended is refused.</summary>
public sealed class RunLeases(IMetadataStore metadata, RunSignals signals, RunLogs logs, TokenIssuer tokens, BuildOptions options, TimeProvider time)
{
    private const int MaxOutputs = 1000;
    private const int MaxError = 4096;

    /// <summary>Takes the run that waits longest, of any registry; null where none came in time.</summary>
    public ValueTask<LeasedRun?> TakeAsync(string worker, TimeSpan wait, CancellationToken ct) =>
        signals.WaitForQueueAsync(() => TryTakeAsync(worker, ct), wait, ct);

    /// <summary>Keeps a lease for another lifetime.</summary>
    public async ValueTask<RunRecord> RenewAsync(Guid lease, CancellationToken ct) =>
        await metadata.RenewLeaseAsync(lease, time.GetUtcNow() + options.LeaseLifetime, ct) ?? throw Ended();

    /// <summary>Takes a run back from a worker that stops: the next one begins it at once.</summary>
    public async ValueTask ReleaseAsync(Guid lease, CancellationToken ct)
    {
        var run = await metadata.ReleaseLeaseAsync(lease, time.GetUtcNow(), ct) ?? throw Ended();
        signals.Fire(run.Key);
        signals.FireQueue();
    }

    /// <summary>The run of a lease.</summary>
    public async ValueTask<RunRecord> FindAsync(Guid lease, CancellationToken ct) =>
        await metadata.FindRunAsync(lease, ct) is { Status.IsFinal: false } run ? run : throw Ended();

    /// <summary>Ends a run as its worker says. Harmless to repeat.</summary>
    public async ValueTask FinishAsync(Guid lease, RunOutcome outcome, CancellationToken ct)
    {
        var checkedOutcome = Check(outcome);
        var run = await metadata.FinishRunAsync(lease, checkedOutcome, time.GetUtcNow(), ct) ?? throw Ended();
        signals.Fire(run.Key);
        await logs.SettleAsync(run, ct);
    }

    /// <summary>The refusal of a lease that has ended.</summary>
    public static RegistryException Ended() =>
        new(410, [new RegistryError(ErrorCode.NotFound, "the lease has ended: the run is over, or another worker has it")]);

    private async ValueTask<LeasedRun?> TryTakeAsync(string worker, CancellationToken ct)
    {
        // A run that is past saving must not be given away once more.
        await EndOverdueAsync(ct);
        var now = time.GetUtcNow();
        var terms = new LeaseTerms { Lease = Guid.NewGuid(), Worker = worker, MaxAttempts = options.MaxAttempts, Now = now, Lifetime = options.LeaseLifetime };
        if (await metadata.LeaseRunAsync(terms, ct) is not { } run)
            return null;
        signals.Fire(run.Key);
        var registries = await metadata.ListRegistriesAsync(ct);
        var registry = registries.First(registry => registry.Id == run.Key.Registry);
        var left = (run.Deadline ?? now) - now;
        var token = RunRules.IsAnonymous(run.Request) ? null : tokens.IssueForRun(registry, run, ScopesOf(run.Request), terms.Lease, left + options.TimeoutGrace);
        return new LeasedRun(run, registry, token, left);
    }

    /// <summary>Ends runs that no worker will end.</summary>
    public async ValueTask EndOverdueAsync(CancellationToken ct)
    {
        foreach (var key in await metadata.EndOverdueRunsAsync(new OverdueTerms(time.GetUtcNow(), options.MaxAttempts, options.TimeoutGrace), ct))
        {
            signals.Fire(key);
            if (await metadata.FindRunAsync(key, ct) is { } run)
                await logs.SettleAsync(run, ct);
        }
    }

    /// <summary>Pull wherever the owner may, push where the images go: no more of the owner's rights than the run needs.</summary>
    private static IReadOnlyList<Scope> ScopesOf(RunRequest request)
    {
        var scopes = new List<Scope> { Scope.Repository("*", TokenActions.Pull) };
        if (request.IsPushEnabled ?? true)
        {
            foreach (var name in request.ImageNames ?? [])
                scopes.Add(Scope.Repository(name[..name.LastIndexOf(':')], TokenActions.Pull, TokenActions.Push));
        }
        return Scope.Merge(scopes);
    }

    private static RunOutcome Check(RunOutcome outcome)
    {
        if (!outcome.Status.IsFinal)
            throw new RegistryException(ErrorCode.RequestInvalid, $"{outcome.Status} does not end a run");
        if (outcome.OutputImages.Count > MaxOutputs)
            throw new RegistryException(ErrorCode.RequestInvalid, $"a run makes at most {MaxOutputs} images");
        foreach (var image in outcome.OutputImages)
        {
            if (!RepositoryName.TryParse(image.Repository, out _) || !Digest.TryParse(image.Digest, out _) || !RegistryName.TryParse(image.Registry, out _)
                || (image.Tag is { } tag && !Tag.TryParse(tag, out _)))
                throw new RegistryException(ErrorCode.RequestInvalid, "an output image needs a registry, a repository and a digest, perhaps a tag");
        }
        return outcome with { Error = outcome.Error is { Length: > MaxError } error ? error[..MaxError] : outcome.Error };
    }
}
