using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task A_blob_that_no_manifest_names_is_taken_once_its_grace_is_over_and_its_links_go_with_it()
    {
        var (garbage, used, other) = (Blob("garbage"), Blob("used"), Repository("samples/other"));
        await UploadAsync(Samples, garbage);
        await UploadAsync(Samples, used);
        await Store.MountBlobAsync(other, Samples.Name, garbage.Digest, Monday, default);
        await Store.CommitManifestAsync(Commit(Samples, Content("user"), Monday, "1") with { Blobs = [used] }, default);
        var lease = await TakeJobAsync("collect", "sweep", Long);

        Assert.Empty((await TakeAsync(lease, Long)).Taken);
        Assert.Empty(await Store.ListCandidatesAsync(Long, null, 10, default));
        await LetPassAsync(Short * 2);
        Assert.Equal(garbage.Digest, Assert.Single(await Store.ListCandidatesAsync(Short, null, 10, default)).Digest);
        var epoch = await Store.ReadEpochAsync(Registry, default);
        var batch = await TakeAsync(lease, Short);

        Assert.Equal(new GoingBlob(garbage.Digest, garbage.Size, GoingReason.Garbage), Assert.Single(batch.Taken));
        Assert.Empty(batch.Skipped);
        Assert.True(await Store.ReadEpochAsync(Registry, default) > epoch);
        Assert.Null(await Store.FindBlobAsync(Samples, garbage.Digest, default));
        Assert.Null(await Store.FindBlobAsync(other, garbage.Digest, default));
        Assert.NotNull(await Store.FindBlobAsync(Samples, used.Digest, default));
        Assert.Equal(CommitOutcome.Missing, await Store.MountBlobAsync(other, Samples.Name, garbage.Digest, Monday, default));
    }

    [Fact]
    public async Task A_digest_that_is_going_is_held_by_nobody_until_it_is_gone()
    {
        var blob = Blob("going");
        await UploadAsync(Samples, blob);
        var lease = await TakeJobAsync("collect", "sweep", Long);
        Assert.Single((await TakeAsync(lease, TimeSpan.Zero)).Taken);

        Assert.Null(await Store.HoldBlobAsync(blob.Digest, Long, default));
        Assert.Equal(CommitOutcome.ConditionFailed, await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, Monday, default));

        // Not even after a restart: whoever was to delete the bytes may have come so far as to begin.
        await ReopenAsync();
        Assert.Null(await Store.HoldBlobAsync(blob.Digest, Long, default));

        var next = await Store.TakeJobAsync("collect", "sweep", Long, default);
        await Store.FinishAsync(next! with { Fence = lease.Fence }, [blob.Digest], default);
        await UploadAsync(Samples, blob);
        Assert.Equal(blob.Size, await Store.FindBlobAsync(Samples, blob.Digest, default));
    }

    [Fact]
    public async Task A_digest_that_an_upload_holds_is_not_taken()
    {
        var blob = Blob("held");
        await UploadAsync(Samples, blob);
        var lease = await TakeJobAsync("collect", "sweep", Long);
        var (first, second) = (await Store.HoldBlobAsync(blob.Digest, Long, default), await Store.HoldBlobAsync(blob.Digest, Long, default));

        Assert.Equal([new SkippedBlob(blob.Digest, SkipReason.Held)], (await TakeAsync(lease, TimeSpan.Zero)).Skipped);
        await Store.ReleaseHoldAsync(first!.Value, default);
        await Store.ReleaseHoldAsync(first.Value, default);
        Assert.Empty((await TakeAsync(lease, TimeSpan.Zero)).Taken);
        Assert.Equal(CommitOutcome.Done, await Store.LinkHeldBlobAsync(Samples, second!.Value, blob.Size, Monday, default));

        // Both holds have ended, the second with its link.
        Assert.Single((await TakeAsync(lease, TimeSpan.Zero)).Taken);
    }

    [Fact]
    public async Task A_link_is_refused_where_its_hold_was_lost()
    {
        var blob = Blob("lost");
        var hold = (await Store.HoldBlobAsync(blob.Digest, Long, default))!.Value;
        await Store.ReleaseHoldAsync(hold, default);

        Assert.Equal(CommitOutcome.ConditionFailed, await Store.LinkHeldBlobAsync(Samples, hold, blob.Size, Monday, default));
        Assert.Equal(CommitOutcome.ConditionFailed, await Store.LinkHeldBlobAsync(Samples, new BlobHold(blob.Digest, Guid.NewGuid()), blob.Size, Monday, default));
        Assert.Null(await Store.FindBlobAsync(Samples, blob.Digest, default));
    }

    [Fact]
    public async Task Whoever_is_told_that_a_candidate_is_there_renews_its_grace()
    {
        var blob = Blob("renewed");
        await UploadAsync(Samples, blob);
        var lease = await TakeJobAsync("collect", "sweep", Long);
        var before = (await Store.FindBlobStateAsync(Samples, blob.Digest, default))!.Candidate;
        await LetPassAsync(Short * 2);

        var renewed = await Store.RenewBlobAsync(Samples, blob.Digest, default);
        Assert.True(renewed!.Candidate > before);
        Assert.Equal(renewed, await Store.FindBlobStateAsync(Samples, blob.Digest, default));
        Assert.Empty((await TakeAsync(lease, Short * 1.5)).Taken);

        await Store.CommitManifestAsync(Commit(Samples, Content("user"), Monday) with { Blobs = [blob] }, default);
        Assert.Equal(new BlobState(blob.Size, null), await Store.RenewBlobAsync(Samples, blob.Digest, default));
        Assert.Null(await Store.RenewBlobAsync(Repository("samples/other"), blob.Digest, default));
        Assert.Empty((await TakeAsync(lease, TimeSpan.Zero)).Taken);
    }

    [Fact]
    public async Task A_blob_is_a_candidate_from_the_moment_its_last_manifest_goes()
    {
        var blob = Blob("released");
        await UploadAsync(Samples, blob);
        var content = Content("user");
        await Store.CommitManifestAsync(Commit(Samples, content, Monday) with { Blobs = [blob] }, default);
        var lease = await TakeJobAsync("collect", "sweep", Long);
        await LetPassAsync(Short * 2);
        await Store.DeleteManifestAsync(Samples, content.Descriptor.Digest, withReferrers: false, default);

        Assert.Empty((await TakeAsync(lease, Short * 2)).Taken);
        await LetPassAsync(Short * 2);
        Assert.Single((await TakeAsync(lease, Short * 2)).Taken);
    }

    [Fact]
    public async Task A_sweep_takes_a_bounded_batch_at_a_time_and_passes_over_what_is_held()
    {
        var blobs = Enumerable.Range(0, 7).Select(i => Blob($"blob {i}")).ToList();
        foreach (var blob in blobs)
            await UploadAsync(Samples, blob);
        Assert.NotNull(await Store.HoldBlobAsync(blobs[0].Digest, Long, default));
        Assert.NotNull(await Store.HoldBlobAsync(blobs[3].Digest, Long, default));
        var lease = await TakeJobAsync("collect", "sweep", Long);

        var terms = new SweepTerms { Lease = lease, Grace = TimeSpan.Zero, Limit = 3, Lifetime = Long };
        var (taken, batches) = (new List<Digest>(), 0);
        while (await Store.TakeCandidatesAsync(terms, default) is { Last: { } last } batch)
        {
            Assert.InRange(batch.Taken.Count + batch.Skipped.Count, 1, 3);
            taken.AddRange(batch.Taken.Select(blob => blob.Digest));
            terms = terms with { After = last };
            batches++;
        }

        Assert.Equal(3, batches);
        Assert.Equal(blobs.Where((_, i) => i is not (0 or 3)).Select(blob => blob.Digest), taken);
    }

    [Fact]
    public async Task What_a_dead_sweep_left_is_taken_over_after_its_end_and_no_sooner()
    {
        var (slow, dead) = (Blob("slow"), Blob("dead"));
        await UploadAsync(Samples, slow);
        var lease = await TakeJobAsync("collect", "dead", Long);
        Assert.Single((await TakeAsync(lease, TimeSpan.Zero, Long)).Taken);
        await UploadAsync(Samples, dead);
        Assert.Single((await TakeAsync(lease, TimeSpan.Zero, Short)).Taken);
        await Store.ReleaseJobAsync(lease, default);

        var next = await TakeJobAsync("collect", "next", Long);
        await LetPassAsync(Short * 2);
        Assert.Equal([dead.Digest], (await Store.TakeOverAsync(next, GoingReason.Garbage, 10, Long, default))!.Select(blob => blob.Digest));
        Assert.Empty((await Store.TakeOverAsync(next, GoingReason.Garbage, 10, Long, default))!);

        // The dead one wakes up: what is another's now is not its to finish.
        await Store.FinishAsync(lease, [dead.Digest], default);
        Assert.Null(await Store.HoldBlobAsync(dead.Digest, Long, default));
        await Store.FinishAsync(next, [dead.Digest], default);
        Assert.NotNull(await Store.HoldBlobAsync(dead.Digest, Long, default));
    }

    [Fact]
    public async Task Bytes_without_a_row_are_taken_unless_somebody_holds_them()
    {
        var (known, held, lost) = (Blob("known"), Blob("held"), Blob("lost"));
        await UploadAsync(Samples, known);
        Assert.NotNull(await Store.HoldBlobAsync(held.Digest, Long, default));
        var lease = await TakeJobAsync("collect", "check", Long);

        var taken = await Store.TakeOrphansAsync(lease, [known.Digest, held.Digest, lost.Digest], Long, default);

        Assert.Equal(lost.Digest, Assert.Single(taken!).Digest);
        Assert.Null(await Store.HoldBlobAsync(lost.Digest, Long, default));
        Assert.Empty((await Store.TakeOrphansAsync(lease, [lost.Digest], Long, default))!);
        await Store.FinishAsync(lease, [lost.Digest], default);
        Assert.NotNull(await Store.HoldBlobAsync(lost.Digest, Long, default));
    }

    [Fact]
    public async Task A_note_that_is_renewed_lasts_and_one_that_was_taken_over_is_lost()
    {
        var (kept, lost) = (Blob("kept"), Blob("lost"));
        await UploadAsync(Samples, kept);
        await UploadAsync(Samples, lost);
        var lease = await TakeJobAsync("collect", "sweep", Long);
        Assert.Equal(2, (await TakeAsync(lease, TimeSpan.Zero, Short)).Taken.Count);

        Assert.Equal([kept.Digest], await Store.RenewNotesAsync(lease, [kept.Digest], Long, default));
        await LetPassAsync(Short * 2);
        // Under a lease of another name: notes are told apart by name and fence.
        var finish = await TakeJobAsync("finish", "next", Long);
        Assert.Equal([lost.Digest], (await Store.TakeOverAsync(finish, GoingReason.Garbage, 10, Long, default))!.Select(blob => blob.Digest));

        Assert.Equal([kept.Digest], await Store.RenewNotesAsync(lease, [lost.Digest, kept.Digest, Blob("never").Digest], Long, default));
        Assert.Equal([lost.Digest], await Store.RenewNotesAsync(finish, [lost.Digest, kept.Digest], Long, default));
    }

    [Fact]
    public async Task Candidates_of_one_moment_are_listed_and_taken_page_by_page()
    {
        var blobs = Enumerable.Range(0, 7).Select(i => Blob($"blob {i}")).ToList();
        foreach (var blob in blobs)
            await UploadAsync(Samples, blob);
        var content = Content("user");
        await Store.CommitManifestAsync(Commit(Samples, content, Monday) with { Blobs = blobs }, default);
        await Store.DeleteManifestAsync(Samples, content.Descriptor.Digest, withReferrers: false, default);

        var listed = new List<BlobCandidate>();
        while (await Store.ListCandidatesAsync(TimeSpan.Zero, listed.Count == 0 ? null : listed[^1], 3, default) is { Count: > 0 } page)
            listed.AddRange(page);
        Assert.Single(listed.Select(candidate => candidate.Since).Distinct());
        Assert.Equal(blobs.Select(blob => blob.Digest.ToString()).Order(), listed.Select(candidate => candidate.Digest.ToString()).Order());

        var terms = new SweepTerms { Lease = await TakeJobAsync("collect", "sweep", Long), Grace = TimeSpan.Zero, Limit = 3, Lifetime = Long };
        var taken = new List<Digest>();
        while (await Store.TakeCandidatesAsync(terms, default) is { Last: { } last } batch)
        {
            taken.AddRange(batch.Taken.Select(blob => blob.Digest));
            terms = terms with { After = last };
        }
        Assert.Equal(listed.Select(candidate => candidate.Digest), taken);
    }

    [Fact]
    public async Task Uploads_and_sweeps_of_one_digest_at_once_never_leave_a_link_to_bytes_that_go()
    {
        var blob = Blob("contended");
        var lease = await TakeJobAsync("collect", "sweep", Long);
        var (place, over) = (0, 0);

        // The place of the bytes is a number: 1 while they are there. A link that is answered while they are not, or a delete after it, shows.
        var uploads = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                if (await Store.HoldBlobAsync(blob.Digest, Long, default) is not { } hold)
                    continue;
                Volatile.Write(ref place, 1);
                await Task.Yield();
                Assert.Equal(1, Volatile.Read(ref place));
                Assert.Equal(CommitOutcome.Done, await Store.LinkHeldBlobAsync(Samples, hold, blob.Size, Monday, default));
            }
        })));
        var sweeps = Task.Run(async () =>
        {
            while (Volatile.Read(ref over) == 0)
            {
                if ((await TakeAsync(lease, TimeSpan.Zero)).Taken.Count == 0)
                    continue;
                Volatile.Write(ref place, 0);
                await Task.Yield();
                Assert.Equal(0, Volatile.Read(ref place));
                await Store.FinishAsync(lease, [blob.Digest], default);
            }
        });
        await uploads;
        Volatile.Write(ref over, 1);
        await sweeps;
        Assert.Equal(place == 1, await Store.FindBlobAsync(Samples, blob.Digest, default) is not null);
    }

    /// <summary>What an upload does: hold, bytes (which no store of facts knows), link.</summary>
    private async Task UploadAsync(RepositoryKey repository, Descriptor blob)
    {
        var hold = await Store.HoldBlobAsync(blob.Digest, Long, default);
        Assert.NotNull(hold);
        Assert.Equal(CommitOutcome.Done, await Store.LinkHeldBlobAsync(repository, hold.Value, blob.Size, Monday, default));
    }

    private async Task<SweepBatch> TakeAsync(JobLease lease, TimeSpan grace, TimeSpan? lifetime = null)
    {
        var batch = await Store.TakeCandidatesAsync(new SweepTerms { Lease = lease, Grace = grace, Limit = 100, Lifetime = lifetime ?? Long }, default);
        Assert.NotNull(batch);
        return batch;
    }
}
