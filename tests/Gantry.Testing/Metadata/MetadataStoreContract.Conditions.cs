using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

/// <summary>Pushes that take something for granted.</summary>
public abstract partial class MetadataStoreContract
{
    private static readonly DigestMatch Anything = new(Any: true, []);
    private static readonly DigestMatch Nothing = new(Any: false, []);

    private static DigestMatch Only(params Digest[] digests) => new(Any: false, digests);

    private async Task<CommitOutcome> PushIfAsync(string seed, PushCondition condition, params string[] tags) =>
        (await Store.CommitManifestAsync(Commit(Samples, Content(seed), Monday, tags) with { Condition = condition }, default)).Outcome;

    [Fact]
    public async Task A_tag_that_must_be_new_is_set_once()
    {
        var absent = new PushCondition { Tag = TagOf("1.0"), NoneMatch = Anything };
        Assert.Equal(CommitOutcome.Done, await PushIfAsync("first", absent, "1.0"));
        Assert.Equal(CommitOutcome.ConditionFailed, await PushIfAsync("second", absent, "1.0"));
        Assert.Equal(CommitOutcome.ConditionFailed, await PushIfAsync("first", absent, "1.0"));
        Assert.Null(await Store.FindManifestAsync(Samples, Content("second").Descriptor.Digest, default));

        await Store.DeleteTagAsync(Samples, TagOf("1.0"), null, Monday, default);
        Assert.Equal(CommitOutcome.Done, await PushIfAsync("second", absent, "1.0"));
    }

    [Fact]
    public async Task A_tag_goes_only_while_it_is_where_the_writer_believes_it()
    {
        var first = Content("first").Descriptor.Digest;
        await PushAsync(Samples, "first", Monday, "1.0");
        await PushAsync(Samples, "second", Monday, "1.0");
        Assert.Equal(CommitOutcome.ConditionFailed, await Store.DeleteTagAsync(Samples, TagOf("1.0"), Only(first), Monday, default));
        Assert.Equal(CommitOutcome.ConditionFailed, await Store.DeleteTagAsync(Samples, TagOf("1.0"), Nothing, Monday, default));
        Assert.NotNull(await Store.FindTagAsync(Samples, TagOf("1.0"), default));
        Assert.Equal(CommitOutcome.Done, await Store.DeleteTagAsync(Samples, TagOf("1.0"), Only(first, Content("second").Descriptor.Digest), Monday, default));
        Assert.Equal(CommitOutcome.Missing, await Store.DeleteTagAsync(Samples, TagOf("1.0"), Anything, Monday, default));
    }

    [Fact]
    public async Task A_tag_moves_only_from_where_the_writer_believes_it()
    {
        var (first, second) = (Content("first").Descriptor.Digest, Content("second").Descriptor.Digest);
        PushCondition From(DigestMatch match) => new() { Tag = TagOf("1.0"), Match = match };

        Assert.Equal(CommitOutcome.ConditionFailed, await PushIfAsync("first", From(Anything), "1.0"));
        Assert.Null(await Store.FindRepositoryAsync(Samples, default));
        await PushAsync(Samples, "first", Monday, "1.0");
        Assert.Equal(CommitOutcome.ConditionFailed, await PushIfAsync("second", From(Nothing), "1.0"));
        Assert.Equal(CommitOutcome.ConditionFailed, await PushIfAsync("second", From(Only(second)), "1.0"));
        Assert.Equal(CommitOutcome.Done, await PushIfAsync("second", From(Only(second, first)), "1.0"));
        Assert.Equal(CommitOutcome.ConditionFailed, await PushIfAsync("third", From(Only(first)), "1.0"));
        Assert.Equal(CommitOutcome.Done, await PushIfAsync("third", From(Anything), "1.0"));
        Assert.Equal(Content("third").Descriptor.Digest, (await Store.FindTagAsync(Samples, TagOf("1.0"), default))!.Digest);
    }

    [Fact]
    public async Task A_tag_is_not_moved_from_what_the_writer_excludes()
    {
        var first = await PushAsync(Samples, "first", Monday, "1.0");
        PushCondition NotFrom(DigestMatch match) => new() { Tag = TagOf("1.0"), NoneMatch = match };
        Assert.Equal(CommitOutcome.ConditionFailed, await PushIfAsync("second", NotFrom(Only(first)), "1.0"));
        Assert.Equal(CommitOutcome.Done, await PushIfAsync("second", NotFrom(Nothing), "1.0"));
        Assert.Equal(CommitOutcome.Done, await PushIfAsync("third", NotFrom(Only(first)), "1.0"));
    }

    [Fact]
    public async Task A_condition_without_a_tag_concerns_the_manifest_itself()
    {
        var absent = new PushCondition { NoneMatch = Anything };
        Assert.Equal(CommitOutcome.ConditionFailed, await PushIfAsync("first", new PushCondition { Match = Anything }));
        Assert.Equal(CommitOutcome.Done, await PushIfAsync("first", absent));
        Assert.Equal(CommitOutcome.ConditionFailed, await PushIfAsync("first", absent, "1.0"));
        Assert.Null(await Store.FindTagAsync(Samples, TagOf("1.0"), default));
        Assert.Equal(CommitOutcome.Done, await PushIfAsync("first", new PushCondition { Match = Anything }, "1.0"));
        Assert.Equal(CommitOutcome.Done, await PushIfAsync("second", absent, "1.0"));
    }

    [Fact]
    public async Task Of_many_writers_with_one_condition_one_wins()
    {
        var first = await PushAsync(Samples, "first", Monday, "moving");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () => (
            New: await PushIfAsync($"new {i}", new PushCondition { Tag = TagOf("new"), NoneMatch = Anything }, "new"),
            Moved: await PushIfAsync($"moved {i}", new PushCondition { Tag = TagOf("moving"), Match = Only(first) }, "moving")))));
        Assert.Single(outcomes, outcome => outcome.New == CommitOutcome.Done);
        Assert.Single(outcomes, outcome => outcome.Moved == CommitOutcome.Done);
    }

    [Fact]
    public async Task A_lock_is_told_before_a_condition_and_a_condition_before_what_is_missing()
    {
        await PushAsync(Samples, "first", Monday, "1.0");
        var absent = new PushCondition { Tag = TagOf("1.0"), NoneMatch = Anything };
        var lacking = Commit(Samples, Content("second"), Monday, "1.0") with { Blobs = [Blob("missing")], Condition = absent };
        Assert.Equal(CommitOutcome.ConditionFailed, (await Store.CommitManifestAsync(lacking, default)).Outcome);
        await Store.UpdateTagAsync(Samples, TagOf("1.0"), Lock(write: false), Monday, default);
        Assert.Equal(CommitOutcome.Locked, (await Store.CommitManifestAsync(lacking, default)).Outcome);
    }
}
