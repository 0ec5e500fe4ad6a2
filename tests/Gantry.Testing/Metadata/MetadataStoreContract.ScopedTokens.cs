using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    private ScopeMapRecord Map(string name, params string[] actions) => new() { Registry = Registry, Name = name, Actions = actions, Created = Monday };

    private ScopedTokenRecord Token(string name, string map) => new() { Registry = Registry, Name = name, ScopeMap = map, Created = Monday };

    private static TokenPasswordRecord Password(int number, DateTimeOffset? ends = null) => new($"password{number}", SomeHash, Monday, ends);

    private async Task<ScopedTokenRecord> TokenAsync(string name) => (await Store.FindScopedTokenAsync(Registry, name, default))!.Token;

    [Fact]
    public async Task A_scope_map_is_known_in_any_case_and_kept_while_a_token_has_it()
    {
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.PutScopeMapAsync(Map("CI", "repositories/a/content/read"), 2, default)));
        await Store.PutScopeMapAsync(Map("other"), 2, default);
        Assert.Equal(CommitOutcome.InUse, await Store.PutScopeMapAsync(Map("third"), 2, default));
        Assert.Equal(CommitOutcome.Done, await Store.PutScopeMapAsync(Map("ci", "repositories/b/content/read") with { Description = "new" }, 2, default));
        Assert.Equal(CommitOutcome.Missing, await Store.PutScopeMapAsync(Map("x") with { Registry = new RegistryId(long.MaxValue) }, 2, default));

        await ReopenAsync();
        var map = (await Store.FindScopeMapAsync(Registry, "cI", default))!;
        Assert.Equal(("CI", "new"), (map.Name, map.Description));
        Assert.Equal(["repositories/b/content/read"], map.Actions);
        Assert.Equal(["CI", "other"], (await Store.ListScopeMapsAsync(Registry, default)).Select(known => known.Name));

        Assert.Equal(CommitOutcome.Done, await Store.PutScopedTokenAsync(Token("t", "ci"), mapIsStored: true, 9, default));
        Assert.Equal(CommitOutcome.InUse, await Store.DeleteScopeMapAsync(Registry, "CI", default));
        await Store.DeleteScopedTokenAsync(Registry, "t", default);
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.DeleteScopeMapAsync(Registry, "CI", default)));
        Assert.Equal(CommitOutcome.Missing, await Store.DeleteScopeMapAsync(Registry, "CI", default));
    }

    [Fact]
    public async Task A_token_has_a_map_and_passwords_and_what_goes_ends_what_it_earned()
    {
        await Store.PutScopeMapAsync(Map("ci", "repositories/a/content/read"), 9, default);
        Assert.Equal(CommitOutcome.Missing, await Store.PutScopedTokenAsync(Token("t", "none"), mapIsStored: true, 1, default));
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.PutScopedTokenAsync(Token("T", "CI"), mapIsStored: true, 1, default)));
        Assert.Equal(CommitOutcome.InUse, await Store.PutScopedTokenAsync(Token("second", "ci"), mapIsStored: true, 1, default));
        Assert.Equal(CommitOutcome.Missing, await Store.SetTokenPasswordsAsync(Registry, "none", [Password(1)], [], default));

        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.SetTokenPasswordsAsync(Registry, "t", [Password(1), Password(2, After(5))], [], default)));
        var first = await TokenAsync("t");
        Assert.Equal(("T", "ci"), (first.Name, first.ScopeMap));
        Assert.Equal([("password1", null), ("password2", (DateTimeOffset?)After(5))], first.Passwords.Select(password => (password.Name, password.Ends)));

        Assert.Equal(CommitOutcome.Done, await Store.SetTokenPasswordsAsync(Registry, "t", [Password(1)], ["password2"], default));
        var second = await TokenAsync("t");
        Assert.Equal(first.Generation + 1, second.Generation);
        Assert.Single(second.Passwords);
        await RaisesAsync(async () => await Store.PutScopedTokenAsync(Token("t", "ci") with { Enabled = false }, mapIsStored: true, 1, default));
        var third = await TokenAsync("t");
        Assert.Equal((false, second.Generation + 1), (third.Enabled, third.Generation));
        Assert.Equal(Monday, third.Created);

        await ReopenAsync();
        var listed = Assert.Single(await Store.ListScopedTokensAsync(Registry, default));
        Assert.Single(listed.Passwords);
        Assert.Equal("repositories/a/content/read", Assert.Single((await Store.FindScopedTokenAsync(Registry, "t", default))!.ScopeMap!.Actions));
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.DeleteScopedTokenAsync(Registry, "t", default)));
        Assert.Null(await Store.FindScopedTokenAsync(Registry, "t", default));
        Assert.Equal(CommitOutcome.Missing, await Store.DeleteScopedTokenAsync(Registry, "t", default));
    }

    [Fact]
    public async Task A_change_starts_from_what_the_token_is_and_brings_no_deleted_one_back()
    {
        await Store.PutScopeMapAsync(Map("ci", "repositories/a/content/read"), 9, default);
        await Store.PutScopedTokenAsync(Token("t", "ci"), mapIsStored: true, 9, default);
        await Store.SetTokenPasswordsAsync(Registry, "t", [Password(1), Password(2)], [], default);
        var before = await TokenAsync("t");

        Assert.Equal(CommitOutcome.Done, await Store.ChangeScopedTokenAsync(
            Registry, "t", known => known! with { Enabled = false, Passwords = [known.Passwords[1]] }, _ => true, 9, default));
        Assert.Equal(CommitOutcome.Done, await Store.ChangeScopedTokenAsync(Registry, "t", known => known! with { ScopeMap = "_all" }, _ => false, 9, default));
        var after = await TokenAsync("t");
        Assert.Equal((false, "_all", before.Generation + 1), (after.Enabled, after.ScopeMap, after.Generation));
        Assert.Equal("password2", Assert.Single(after.Passwords).Name);

        await Store.DeleteScopedTokenAsync(Registry, "t", default);
        Assert.Equal(CommitOutcome.Missing, await Store.ChangeScopedTokenAsync(Registry, "t", known => known, _ => false, 9, default));
        Assert.Null(await Store.FindScopedTokenAsync(Registry, "t", default));
        Assert.Equal(CommitOutcome.Missing, await Store.ChangeScopeMapAsync(Registry, "none", known => known, 9, default));
    }

    [Fact]
    public async Task A_token_of_the_name_of_a_deleted_one_is_of_a_later_generation_however_old_it_says_to_be()
    {
        await Store.PutScopedTokenAsync(Token("t", "_all"), mapIsStored: false, 9, default);
        for (var i = 0; i < 5; i++)
            await Store.SetTokenPasswordsAsync(Registry, "t", [Password(1)], [], default);
        var last = (await TokenAsync("t")).Generation;
        // As a clock that was set back: the time of its making says nothing.
        for (var i = 0; i < 3; i++)
        {
            await Store.DeleteScopedTokenAsync(Registry, "t", default);
            await Store.PutScopedTokenAsync(Token("t", "_all"), mapIsStored: false, 9, default);
            var generation = (await TokenAsync("t")).Generation;
            Assert.True(generation > last);
            last = generation;
        }
    }

    [Fact]
    public async Task A_token_may_have_a_map_that_every_registry_has()
    {
        Assert.Equal(CommitOutcome.Done, await Store.PutScopedTokenAsync(Token("t", "_repositories_pull"), mapIsStored: false, 9, default));
        var found = (await Store.FindScopedTokenAsync(Registry, "t", default))!;
        Assert.Null(found.ScopeMap);
        Assert.Equal("_repositories_pull", found.Token.ScopeMap);
    }

    [Fact]
    public async Task The_admin_user_has_two_passwords_and_a_new_one_ends_what_it_earned()
    {
        AdminPasswordRecord first = new("password", SomeHash, new byte[] { 4 }), second = new("password2", SomeHash, new byte[] { 5 });
        Assert.Empty((await Store.FindAdminUserAsync(Registry, default)).Passwords);
        var made = await Store.SetAdminPasswordsAsync(Registry, [first, second], replace: false, default);
        Assert.Equal(0, made.Generation);
        // Two nodes that are asked at once for the first ones: one pair stays.
        var again = await Store.SetAdminPasswordsAsync(Registry, [first with { Sealed = new byte[] { 9 } }, second], replace: false, default);
        Assert.Equal([4], again.Passwords[0].Sealed.ToArray());

        await RaisesAsync(async () => await Store.SetAdminPasswordsAsync(Registry, [first with { Sealed = new byte[] { 7 } }], replace: true, default));
        await ReopenAsync();
        var now = await Store.FindAdminUserAsync(Registry, default);
        Assert.Equal(1, now.Generation);
        Assert.Equal([("password", 7), ("password2", 5)], now.Passwords.Select(password => (password.Name, (int)password.Sealed.Span[0])));

        await Store.ChangeRegistryAsync(Registry, registry => registry with { Settings = registry.Settings with { AdminUserEnabled = true } }, default);
        await Store.ChangeRegistryAsync(Registry, registry => registry with { Settings = registry.Settings with { AdminUserEnabled = false } }, default);
        Assert.Equal(2, (await Store.FindAdminUserAsync(Registry, default)).Generation);
    }
}
