using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

/// <summary>Stores whose holds are rows with an end: a node that died must not keep a digest for ever.</summary>
public abstract class RowHoldContract : MetadataStoreContract
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_hold_whose_time_is_over_is_in_nobodys_way_and_its_link_is_refused()
    {
        var blob = Blob("held for too long");
        await LinkAsync(blob);
        var late = await Store.HoldBlobAsync(blob.Digest, Short, default);
        var lease = (await Store.TakeJobAsync("collect", "sweep", Long, default))!;
        var terms = new SweepTerms { Lease = lease, Grace = TimeSpan.Zero, Limit = 10, Lifetime = Long };
        Assert.Empty((await Store.TakeCandidatesAsync(terms, default))!.Taken);

        await LetPassAsync(Short * 2);
        Assert.Equal(blob.Digest, Assert.Single((await Store.TakeCandidatesAsync(terms, default))!.Taken).Digest);
        Assert.Equal(CommitOutcome.ConditionFailed, await Store.LinkHeldBlobAsync(Samples, late!.Value, blob.Size, Monday, default));
        await Store.FinishAsync(lease, [blob.Digest], default);

        // Neither the sweep's end nor another's hold makes the old one good.
        Assert.NotNull(await Store.HoldBlobAsync(blob.Digest, Long, default));
        Assert.Equal(CommitOutcome.ConditionFailed, await Store.LinkHeldBlobAsync(Samples, late.Value, blob.Size, Monday, default));
        Assert.Null(await Store.FindBlobAsync(Samples, blob.Digest, default));
    }

    [Fact]
    public async Task A_hold_outlives_the_node_that_took_it()
    {
        var blob = Blob("held");
        await LinkAsync(blob);
        var hold = await Store.HoldBlobAsync(blob.Digest, Long, default);
        await ReopenAsync();

        var lease = (await Store.TakeJobAsync("collect", "sweep", Long, default))!;
        var batch = await Store.TakeCandidatesAsync(new SweepTerms { Lease = lease, Grace = TimeSpan.Zero, Limit = 10, Lifetime = Long }, default);
        Assert.Equal([new SkippedBlob(blob.Digest, SkipReason.Held)], batch!.Skipped);
        Assert.Equal(CommitOutcome.Done, await Store.LinkHeldBlobAsync(Samples, hold!.Value, blob.Size, Monday, default));
    }

    private async Task LinkAsync(Descriptor blob)
    {
        var hold = await Store.HoldBlobAsync(blob.Digest, Long, default);
        Assert.Equal(CommitOutcome.Done, await Store.LinkHeldBlobAsync(Samples, hold!.Value, blob.Size, Monday, default));
    }
}
