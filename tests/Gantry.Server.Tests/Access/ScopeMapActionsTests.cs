using Gantry.Protocol.Naming;
using Gantry.Server.Access;

namespace Gantry.Server.Tests.Access;

public sealed class ScopeMapActionsTests
{
    [Fact]
    public void Actions_are_gathered_by_repository_in_the_words_of_tokens()
    {
        string[] actions =
        [
            "repositories/samples/a/metadata/read", "repositories/samples/a/content/read", "repositories/b/content/delete", "repositories/b/content/delete",
            "repositories/*/content/write", "repositories/team/*/metadata/write", "gateway/edge/config/read",
        ];
        var map = ScopeMapActions.Parse(actions);
        Assert.Equal(actions.Distinct(), map.Actions);
        Assert.Equal(
            ["samples/a: ContentRead, MetadataRead", "b: ContentDelete", "the whole registry: ContentWrite", "team/*: MetadataWrite"],
            map.Grants.Select(grant => $"{grant.Place}: {grant.Rights}"));
    }

    [Theory]
    [InlineData("samples/a", "samples/a", true)]
    [InlineData("samples/a", "samples/a/b", false)]
    [InlineData("samples/a", "samples", false)]
    [InlineData("samples/*", "samples/a", true)]
    [InlineData("samples/*", "samples/a/b", true)]
    [InlineData("samples/*", "samples", false)]
    [InlineData("samples/*", "samplesx/a", false)]
    [InlineData("*", "a/b", true)]
    public void A_wildcard_opens_what_lies_below(string pattern, string repository, bool allowed)
    {
        var map = ScopeMapActions.Parse([$"repositories/{pattern}/content/read"]);
        var (place, rights) = Assert.Single(map.Grants);
        Assert.Equal(Rights.ContentRead, rights);
        Assert.Equal(allowed, place.Covers(RepositoryName.Parse(repository)));
        Assert.Equal(pattern == "*", place.IsEverywhere);
    }

    [Theory]
    [InlineData("")]
    [InlineData("repositories")]
    [InlineData("repositories/content/read")]
    [InlineData("repositories//content/read")]
    [InlineData("repositories/a/content/pull")]
    [InlineData("repositories/a/metadata/delete")]
    [InlineData("repositories/a/read")]
    [InlineData("repositories/A/content/read")]
    [InlineData("repositories/a*/content/read")]
    [InlineData("repositories/*/a/content/read")]
    [InlineData("repositories/a/**/content/read")]
    [InlineData("repositories/../content/read")]
    [InlineData("registry/a/content/read")]
    [InlineData("gateway/a/content/read")]
    [InlineData("gateway/config/read")]
    public void What_is_no_action_is_refused_and_named(string action)
    {
        Assert.False(ScopeMapActions.TryParse(["repositories/a/content/read", action], out _));
        Assert.StartsWith($"invalid scope map action \"{action}\": ", Assert.Throws<FormatException>(() => ScopeMapActions.Parse([action])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_has_at_most_five_hundred_actions()
    {
        static IEnumerable<string> Of(int count) => Enumerable.Range(0, count).Select(i => $"repositories/r{i}/content/read");

        Assert.Equal(500, ScopeMapActions.Parse(Of(500)).Grants.Count);
        Assert.Contains("at most 500", Assert.Throws<FormatException>(() => ScopeMapActions.Parse(Of(501))).Message, StringComparison.Ordinal);
        Assert.Equal(500, ScopeMapActions.Parse([.. Of(500), .. Of(500)]).Actions.Count);
    }
}
