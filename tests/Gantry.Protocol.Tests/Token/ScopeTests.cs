using Gantry.Protocol.Token;

namespace Gantry.Protocol.Tests.Token;

public sealed class ScopeTests
{
    [Theory]
    [InlineData("repository:samples/artifact:pull,push", "repository", "samples/artifact", "pull,push")]
    [InlineData("repository:a:push,pull,push", "repository", "a", "pull,push")]
    [InlineData("repository(plugin):a:pull", "repository", "a", "pull")]
    [InlineData("registry:catalog:*", "registry", "catalog", "*")]
    [InlineData("repository:localhost:5000/a:pull", "repository", "localhost:5000/a", "pull")]
    [InlineData("registry:None:*", "registry", "None", "*")]
    [InlineData("repository:a:", "repository", "a", "")]
    public void The_parts_are_told_apart_and_the_actions_sorted(string text, string type, string name, string actions)
    {
        var scope = Scope.TryParse(text);
        Assert.NotNull(scope);
        Assert.Equal((type, name, actions), (scope.Type, scope.Name, string.Join(',', scope.Actions)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("repository")]
    [InlineData("repository:a")]
    [InlineData(":a:pull")]
    public void Text_without_two_colons_is_none(string text) => Assert.Null(Scope.TryParse(text));

    [Fact]
    public void Parameters_repeat_and_hold_several_between_blanks() =>
        Assert.Equal(
            ["repository:a:pull", "repository:b:push", "registry:catalog:*"],
            Scope.ParseAll(["repository:a:pull  repository:b:push", null, "nonsense", "registry:catalog:*"]).Select(scope => scope.ToString()));

    [Fact]
    public void Scopes_on_the_same_resource_are_joined_and_sorted() =>
        Assert.Equal(
            ["registry:catalog:*", "repository:a:pull,push", "repository:b:pull"],
            Scope.Merge([Scope.Repository("b", "pull"), Scope.Repository("a", "push"), Scope.CatalogAll, Scope.Repository("a", "pull")]).Select(scope => scope.ToString()));

    [Fact]
    public void Equal_rights_are_equal()
    {
        Assert.Equal(Scope.TryParse("repository:a:pull,push"), Scope.Repository("a", "push", "pull"));
        Assert.Equal(Scope.TryParse("repository:a:pull,push")!.GetHashCode(), Scope.Repository("a", "push", "pull").GetHashCode());
        Assert.NotEqual(Scope.Repository("a", "pull"), Scope.Repository("a", "push"));
    }
}
