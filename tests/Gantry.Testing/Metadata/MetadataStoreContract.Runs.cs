using System.Text;
using Gantry.Protocol.Runs;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    private static readonly TimeSpan LeaseLifetime = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Numbers_of_runs_are_each_registrys_own_and_never_used_twice()
    {
        var other = (await Store.EnsureRegistryAsync("otherregistry", Monday, default)).Id;
        Assert.Equal(1, await Store.TakeRunNumberAsync(Registry, default));
        Assert.Equal(2, await Store.TakeRunNumberAsync(Registry, default));
        Assert.Equal(1, await Store.TakeRunNumberAsync(other, default));
        var run = await AddRunAsync(Monday);
        await Store.RemoveRunAsync(run, default);
        await ReopenAsync();
        Assert.Equal(4, await Store.TakeRunNumberAsync(Registry, default));
    }

    [Fact]
    public async Task Numbers_that_are_taken_at_once_differ()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Store.TakeRunNumberAsync(Registry, default).AsTask()));
        Assert.Equal(50, taken.Distinct().Count());
    }

    [Fact]
    public async Task A_run_is_found_as_it_was_added()
    {
        var number = await Store.TakeRunNumberAsync(Registry, default);
        var added = Run(number, Monday) with { Archived = true };
        Assert.Equal(CommitOutcome.Done, await Store.AddRunAsync(added, 10, default));
        await ReopenAsync();
        var found = await Store.FindRunAsync(added.Key, default);
        Assert.Equal(added with { Request = found!.Request }, found);
        Assert.Equal(added.Request.ImageNames, found.Request.ImageNames);
        Assert.Null(await Store.FindRunAsync(new RunKey(Registry, "zz9"), default));
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_and_page_by_page()
    {
        var runs = new List<RunKey>();
        for (var i = 0; i < 5; i++)
            runs.Add(await AddRunAsync(After(-i), owner: i % 2 == 0 ? "even" : "odd"));
        runs.Reverse();
        Assert.Equal(runs, await ListRunsAsync(new RunFilter { Limit = 100 }));
        Assert.Equal(runs[..2], await ListRunsAsync(new RunFilter { Limit = 2 }));
        Assert.Equal(runs[2..], await ListRunsAsync(new RunFilter { Limit = 100, Before = 4 }));
        Assert.Equal([runs[0], runs[2], runs[4]], await ListRunsAsync(new RunFilter { Limit = 100, Owner = "even" }));
        Assert.Empty(await ListRunsAsync(new RunFilter { Limit = 100, Status = RunStatus.Failed }));
    }

    [Fact]
    public async Task Runs_are_leased_oldest_first_and_each_to_one_worker()
    {
        var late = await AddRunAsync(After(2));
        var early = await AddRunAsync(After(1));
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LeaseAsync(After(3)).AsTask()));
        Assert.Equal([early, late], taken.OfType<RunRecord>().OrderBy(run => run.Created).Select(run => run.Key));
        Assert.Equal(2, taken.OfType<RunRecord>().Select(run => run.Lease).Distinct().Count());
    }

    [Fact]
    public async Task A_lease_is_a_fence()
    {
        var key = await AddRunAsync(Monday);
        var first = (await LeaseAsync(Monday))!;
        Assert.True(first.IsLeased(first.Lease!.Value, Monday));
        Assert.False(first.IsLeased(first.Lease.Value, Monday + LeaseLifetime));
        Assert.Null(await LeaseAsync(Monday + LeaseLifetime - TimeSpan.FromTicks(1)));
        var second = (await LeaseAsync(Monday + LeaseLifetime))!;

        Assert.Equal((key, 2, Monday), (second.Key, second.Attempts, second.Started!.Value));
        Assert.Null(await Store.FindRunAsync(first.Lease.Value, default));
        Assert.Null(await Store.RenewLeaseAsync(first.Lease.Value, After(5), default));
        Assert.Equal(CommitOutcome.Missing, (await AppendLogAsync(first.Lease.Value, 0, "x")).Outcome);
        Assert.Null(await Store.FinishRunAsync(first.Lease.Value, new RunOutcome { Status = RunStatus.Failed }, Monday, default));
        Assert.NotNull(await Store.RenewLeaseAsync(second.Lease!.Value, After(5), default));
    }

    [Fact]
    public async Task A_run_that_is_given_back_waits_at_once_and_as_if_nobody_had_tried()
    {
        await AddRunAsync(Monday);
        var lease = (await LeaseAsync(Monday))!.Lease!.Value;
        Assert.Null((await Store.ReleaseLeaseAsync(lease, Monday, default))!.Lease);
        Assert.Null(await Store.RenewLeaseAsync(lease, After(5), default));
        Assert.Null(await Store.ReleaseLeaseAsync(lease, Monday, default));
        Assert.Equal(CommitOutcome.Missing, (await AppendLogAsync(lease, 0, "x")).Outcome);
        var next = (await LeaseAsync(Monday))!;
        Assert.Equal(1, next.Attempts);
        await Store.FinishRunAsync(next.Lease!.Value, new RunOutcome { Status = RunStatus.Failed }, Monday, default);
        Assert.Null(await Store.ReleaseLeaseAsync(next.Lease.Value, Monday, default));
    }

    [Fact]
    public async Task A_lease_that_ended_and_that_nobody_took_may_come_back()
    {
        await AddRunAsync(Monday);
        var lease = (await LeaseAsync(Monday))!.Lease!.Value;
        Assert.NotNull(await Store.RenewLeaseAsync(lease, After(5), default));
        Assert.Null(await LeaseAsync(After(4)));
    }

    [Fact]
    public async Task A_log_grows_at_its_end_alone()
    {
        var key = await AddRunAsync(Monday);
        var lease = (await LeaseAsync(Monday))!.Lease!.Value;
        Assert.Equal(new LogAppendResult(CommitOutcome.Done, key, 3), await AppendLogAsync(lease, 0, "abc"));
        Assert.Equal(new LogAppendResult(CommitOutcome.Done, key, 6), await AppendLogAsync(lease, 3, "def"));
        Assert.Equal(new LogAppendResult(CommitOutcome.Done, key, 6), await AppendLogAsync(lease, 3, "def"));
        Assert.Equal(new LogAppendResult(CommitOutcome.InUse, key, 6), await AppendLogAsync(lease, 3, "xyz"));
        Assert.Equal(new LogAppendResult(CommitOutcome.InUse, key, 6), await AppendLogAsync(lease, 7, "g"));
        await ReopenAsync();
        for (var first = 0; first <= 6; first++)
        {
            for (var length = 1; length <= 7; length++)
                Assert.Equal("abcdef"[first..Math.Min(6, first + length)], Encoding.UTF8.GetString((await Store.ReadRunLogAsync(key, first, length, default))!.Value.Span));
        }
    }

    [Fact]
    public async Task A_log_that_has_moved_is_not_here_any_more()
    {
        var key = await AddRunAsync(Monday);
        var lease = (await LeaseAsync(Monday))!.Lease!.Value;
        await AppendLogAsync(lease, 0, "abc");
        Assert.Empty(await Store.ListUnsettledRunsAsync(10, default));
        await Store.FinishRunAsync(lease, new RunOutcome { Status = RunStatus.Succeeded }, After(1), default);
        Assert.Equal(key, Assert.Single(await Store.ListUnsettledRunsAsync(10, default)).Key);
        await Store.SettleRunAsync(key, default);
        await Store.SettleRunAsync(key, default);
        Assert.Empty(await Store.ListUnsettledRunsAsync(10, default));
        Assert.Null(await Store.ReadRunLogAsync(key, 0, 10, default));
        Assert.Equal((true, 3), ((await Store.FindRunAsync(key, default))!.LogStored, (await Store.FindRunAsync(key, default))!.LogLength));
    }

    [Fact]
    public async Task Finishing_counts_once_and_drops_secret_values()
    {
        var number = await Store.TakeRunNumberAsync(Registry, default);
        var run = Run(number, Monday);
        run = run with { Request = run.Request with { Arguments = [new RunArgument { Name = "S", Value = "secret", IsSecret = true }, new RunArgument { Name = "P", Value = "open" }] } };
        await Store.AddRunAsync(run, 10, default);
        var lease = (await LeaseAsync(Monday))!;
        Assert.Equal("secret", lease.Request.Arguments![0].Value);
        var image = new RunImage { Registry = "h", Repository = "a/b", Tag = "1", Digest = Blob("x").Digest.ToString() };
        await Store.FinishRunAsync(lease.Lease!.Value, new RunOutcome { Status = RunStatus.Succeeded, OutputImages = [image] }, After(1), default);
        var again = await Store.FinishRunAsync(lease.Lease!.Value, new RunOutcome { Status = RunStatus.Failed }, After(2), default);

        Assert.Equal((RunStatus.Succeeded, After(1)), (again!.Status, again.Finished!.Value));
        Assert.Equal(["", "open"], again.Request.Arguments!.Select(argument => argument.Value));
        Assert.Equal(image, Assert.Single(again.Outcome!.OutputImages));
        Assert.Equal([run.Key], await ListRunsAsync(new RunFilter { Limit = 10, Status = RunStatus.Succeeded, Manifest = $"a/b@{image.Digest}" }));
        Assert.Empty(await ListRunsAsync(new RunFilter { Limit = 10, Manifest = $"b@{image.Digest}" }));
    }

    [Fact]
    public async Task Canceling_ends_a_run_that_waits_and_marks_one_that_runs()
    {
        var waiting = await AddRunAsync(Monday);
        Assert.Equal(RunStatus.Canceled, (await Store.CancelRunAsync(waiting, After(1), default))!.Status);
        var running = await AddRunAsync(After(1));
        await LeaseAsync(After(1));
        var marked = (await Store.CancelRunAsync(running, After(1), default))!;
        Assert.Equal((RunStatus.Started, true), (marked.Status, marked.CancelRequested));
        Assert.Null(await Store.CancelRunAsync(new RunKey(Registry, "zz9"), Monday, default));
    }

    [Fact]
    public async Task What_no_worker_will_end_is_ended()
    {
        var terms = new OverdueTerms(After(1), MaxAttempts: 1, Grace: TimeSpan.FromMinutes(1));
        var lost = await AddRunAsync(Monday);
        await LeaseAsync(Monday);
        Assert.Null(await LeaseAsync(After(1), maxAttempts: 1));
        Assert.Equal([lost], await Store.EndOverdueRunsAsync(terms, default));
        Assert.Empty(await Store.EndOverdueRunsAsync(terms, default));
        var ended = (await Store.FindRunAsync(lost, default))!;
        Assert.Equal((RunStatus.Error, null), (ended.Status, ended.Lease));

        var late = await AddRunAsync(Monday);
        var lease = (await LeaseAsync(Monday))!.Lease!.Value;
        await Store.RenewLeaseAsync(lease, After(100), default);
        Assert.Empty(await Store.EndOverdueRunsAsync(terms with { Now = After(61) - TimeSpan.FromTicks(1) }, default));
        Assert.Equal([late], await Store.EndOverdueRunsAsync(terms with { Now = After(61) }, default));
        Assert.Equal(RunStatus.Timeout, (await Store.FindRunAsync(late, default))!.Status);
    }

    [Fact]
    public async Task Old_runs_are_listed_unless_they_are_archived()
    {
        var old = await AddRunAsync(Monday);
        var kept = await AddRunAsync(Monday);
        var waiting = await AddRunAsync(Monday);
        foreach (var key in new[] { old, kept })
            await Store.CancelRunAsync(key, After(1), default);
        Assert.True((await Store.ArchiveRunAsync(kept, true, default))!.Archived);
        // What still has a log or a context to move is not to be forgotten before.
        Assert.Empty(await Store.ListFinishedRunsAsync(After(2), 10, default));
        await Store.SettleRunAsync(old, default);
        await Store.SettleRunAsync(kept, default);
        Assert.Empty(await Store.ListFinishedRunsAsync(After(1), 10, default));
        Assert.Equal([old], (await Store.ListFinishedRunsAsync(After(2), 10, default)).Select(run => run.Key));
        await Store.RemoveRunAsync(old, default);
        Assert.Null(await Store.FindRunAsync(old, default));
        Assert.NotNull(await Store.FindRunAsync(waiting, default));
    }

    [Fact]
    public async Task Only_so_many_runs_wait_in_a_registry()
    {
        await AddRunAsync(Monday);
        var number = await Store.TakeRunNumberAsync(Registry, default);
        Assert.Equal(CommitOutcome.InUse, await Store.AddRunAsync(Run(number, Monday), 1, default));
        await LeaseAsync(Monday);
        Assert.Equal(CommitOutcome.Done, await Store.AddRunAsync(Run(number, Monday), 1, default));
    }

    [Fact]
    public async Task A_source_is_one_runs_of_its_owner_and_registry()
    {
        var other = (await Store.EnsureRegistryAsync("otherregistry", Monday, default)).Id;
        var source = new SourceRecord { Id = "0f", Registry = Registry, Owner = "me", Created = Monday };
        Assert.Equal(CommitOutcome.Done, await Store.AddSourceAsync(source, 1, default));
        Assert.Equal(CommitOutcome.InUse, await Store.AddSourceAsync(source with { Id = "1f" }, 1, default));
        Assert.Equal(CommitOutcome.Done, await Store.AddSourceAsync(source with { Id = "2f", Owner = "you" }, 1, default));
        await Store.RemoveSourceAsync("2f", default);
        Assert.Equal(source, await Store.FindSourceAsync("0f", default));
        Assert.Equal(CommitOutcome.Missing, await AddWithAsync(Registry, "me"));
        Assert.Equal(CommitOutcome.Done, await Store.StoreSourceAsync("0f", default));
        Assert.Equal(CommitOutcome.Missing, await AddWithAsync(other, "me"));
        Assert.Equal(CommitOutcome.Missing, await AddWithAsync(Registry, "you"));
        Assert.Equal([source with { Stored = true }], await Store.ListSourcesAsync(After(1), 10, default));
        Assert.Empty(await Store.ListSourcesAsync(Monday, 10, default));

        Assert.Equal(CommitOutcome.Done, await AddWithAsync(Registry, "me"));
        Assert.Equal(CommitOutcome.Missing, await AddWithAsync(Registry, "me"));
        Assert.Equal(CommitOutcome.InUse, await Store.StoreSourceAsync("0f", default));
        Assert.Empty(await Store.ListSourcesAsync(After(1), 10, default));
        await Store.RemoveSourceAsync("0f", default);
        await Store.RemoveSourceAsync("0f", default);
        Assert.Equal(CommitOutcome.Missing, await Store.StoreSourceAsync("0f", default));

        async ValueTask<CommitOutcome> AddWithAsync(RegistryId registry, string owner)
        {
            var number = await Store.TakeRunNumberAsync(registry, default);
            var run = Run(number, Monday) with { Key = new RunKey(registry, $"cf{number}"), Owner = owner, Source = "0f" };
            return await Store.AddRunAsync(run, 100, default);
        }
    }

    private RunRecord Run(long number, DateTimeOffset created) => new()
    {
        Key = new RunKey(Registry, $"cf{number}"),
        Number = number,
        Owner = "me",
        LoginServer = "localhost:5000",
        Request = new RunRequest { Type = RunRequest.DockerBuild, ImageNames = ["a/b:1"], Timeout = 3600 },
        Status = RunStatus.Queued,
        Created = created,
        Updated = created,
    };

    private async ValueTask<RunKey> AddRunAsync(DateTimeOffset created, string owner = "me")
    {
        var run = Run(await Store.TakeRunNumberAsync(Registry, default), created) with { Owner = owner };
        Assert.Equal(CommitOutcome.Done, await Store.AddRunAsync(run, 100, default));
        return run.Key;
    }

    private ValueTask<RunRecord?> LeaseAsync(DateTimeOffset now, int maxAttempts = 3) => Store.LeaseRunAsync(
        new LeaseTerms { Lease = Guid.NewGuid(), Worker = "tester", MaxAttempts = maxAttempts, Now = now, Lifetime = LeaseLifetime }, default);

    private ValueTask<LogAppendResult> AppendLogAsync(Guid lease, long offset, string text) => Store.AppendRunLogAsync(
        new LogAppend { Lease = lease, Offset = offset, Bytes = Encoding.UTF8.GetBytes(text), MaxKept = 1000, Notice = "cut"u8.ToArray(), Now = Monday }, default);

    private async ValueTask<IReadOnlyList<RunKey>> ListRunsAsync(RunFilter filter) => [.. (await Store.ListRunsAsync(Registry, filter, default)).Select(run => run.Key)];
}
