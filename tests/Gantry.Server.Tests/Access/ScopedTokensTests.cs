using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Gantry.Testing.Metadata;
using System.Security.Cryptography;

namespace Gantry.Server.Tests.Access;

/// <summary>Repository-scoped tokens, the maps that every registry has, the admin user, and how its passwords lie in the database.</summary>
public sealed class ScopedTokensTests
{
    [Theory]
    [InlineData("token", true)]
    [InlineData("my_token-01", true)]
    [InlineData("toke", false)]
    [InlineData("", false)]
    [InlineData("to ken", false)]
    [InlineData("to:ken", false)]
    [InlineData("tokën", false)]
    [InlineData("token\n", false)]
    [InlineData("FirstRegistry", false)]
    [InlineData("4f3c0000-0000-4000-8000-000000000000", false)]
    [InlineData("4f3c0000000040008000000000000000", false)]
    public async Task A_token_is_never_called_as_another_kind_of_identity(string name, bool isName)
    {
        await using var room = await AccessRoom.OpenAsync();
        Assert.Equal(isName, ScopedTokens.Explain(room.First, name) is null);
        Assert.NotNull(ScopedTokens.Explain(room.First, new string('a', 51)));
        Assert.Null(ScopedTokens.Explain(room.First, new string('a', 50)));
    }

    [Fact]
    public void A_registrys_own_map_is_never_called_as_one_of_the_systems()
    {
        Assert.Null(ScopedTokens.ExplainMap("my-map"));
        Assert.All((string[])["_mine-map", "_repositories_pull", "map", new string('a', 101), "map/x-y"], name => Assert.NotNull(ScopedTokens.ExplainMap(name)));
    }

    [Fact]
    public async Task The_maps_of_the_system_are_found_in_any_case_and_all_of_them_are_maps()
    {
        await using var room = await AccessRoom.OpenAsync();
        var maps = SystemScopeMaps.Of(room.First);
        Assert.Equal(["_repositories_admin", "_repositories_pull", "_repositories_pull_metadata_read", "_repositories_push", "_repositories_push_metadata_write"], maps.Select(map => map.Name));
        foreach (var map in maps)
        {
            Assert.Equal(map.Actions, SystemScopeMaps.Find(room.First, map.Name.ToUpperInvariant())!.Actions);
            Assert.Equal(room.First.Id, map.Registry);
            Assert.True(ScopeMapActions.TryParse(map.Actions, out var actions));
            Assert.True(Assert.Single(actions.Grants).Place.IsEverywhere);
        }
        Assert.Null(SystemScopeMaps.Find(room.First, "_repositories"));
        Assert.Null(SystemScopeMaps.Find(room.First, ""));
    }

    [Fact]
    public async Task A_password_made_anew_ends_the_old_one_and_what_it_earned_and_leaves_the_other()
    {
        await using var room = await AccessRoom.OpenAsync();
        var tokens = new ScopedTokens(room.Store, room.Secrets, room.Clock);
        Assert.Null(await tokens.GenerateAsync(room.First.Id, "absent", ScopedTokens.PasswordNames, null, default));
        await room.Store.PutScopedTokenAsync(new ScopedTokenRecord { Registry = room.First.Id, Name = "MyToken", ScopeMap = "_repositories_push", Created = room.Clock.GetUtcNow() }, mapIsStored: false, 10, default);
        var made = (await tokens.GenerateAsync(room.First.Id, "mytoken", ScopedTokens.PasswordNames, null, default))!;
        var found = await room.BasicAsync(room.First, "MYTOKEN", made[0].Password);
        Assert.Equal((CredentialKind.Secret, CallerKind.ScopedToken), (found.Credential, found.Caller.Kind));
        var refresh = room.Issuer.IssueRefresh(room.First, found.Caller);
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.Second, "mytoken", made[0].Password)).Credential);

        var renewed = (await tokens.GenerateAsync(room.First.Id, "mytoken", ["password1"], room.Clock.GetUtcNow().AddHours(1), default))!;
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.First, "mytoken", made[0].Password)).Credential);
        Assert.Equal(CredentialKind.Secret, (await room.BasicAsync(room.First, "mytoken", made[1].Password)).Credential);
        Assert.Equal(CredentialKind.Wrong, (await room.Authenticator.IdentifyTokenAsync(room.First, refresh, null, default)).Credential);
        Assert.Equal(CredentialKind.Secret, (await room.BasicAsync(room.First, "mytoken", renewed[0].Password)).Credential);
        room.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.First, "mytoken", renewed[0].Password)).Credential);
    }

    [Fact]
    public async Task What_a_secret_with_an_end_earned_ends_no_later()
    {
        await using var room = await AccessRoom.OpenAsync();
        var tokens = new ScopedTokens(room.Store, room.Secrets, room.Clock);
        await room.Store.PutScopedTokenAsync(new ScopedTokenRecord { Registry = room.First.Id, Name = "short", ScopeMap = "_repositories_push", Created = room.Clock.GetUtcNow() }, mapIsStored: false, 10, default);
        var made = (await tokens.GenerateAsync(room.First.Id, "short", ["password1"], room.Clock.GetUtcNow().AddMinutes(10), default))!;
        var found = await room.BasicAsync(room.First, "short", made[0].Password);
        var refresh = room.Issuer.IssueRefresh(room.First, found.Caller, found.Ends);
        var session = await room.Authenticator.IdentifyTokenAsync(room.First, refresh, TokenKind.Refresh, default);
        string[] earned = [refresh, room.Issuer.IssueAccess(room.First, found.Caller, [], found.Ends), room.Issuer.IssueAccess(room.First, session.Caller, [], session.Ends)];
        Assert.Equal(TimeSpan.FromMinutes(10), room.Issuer.LifetimeOf(session.Caller, session.Ends));
        room.Clock.Advance(TimeSpan.FromMinutes(9));
        foreach (var token in earned)
            Assert.NotEqual(CredentialKind.Wrong, (await room.Authenticator.IdentifyTokenAsync(room.First, token, null, default)).Credential);
        room.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var token in earned)
            Assert.Equal(CredentialKind.Wrong, (await room.Authenticator.IdentifyTokenAsync(room.First, token, null, default)).Credential);
    }

    [Fact]
    public async Task A_token_of_a_name_that_was_another_ones_has_none_of_its_sessions()
    {
        await using var room = await AccessRoom.OpenAsync();
        var tokens = new ScopedTokens(room.Store, room.Secrets, room.Clock);
        var first = await SignInAsync();
        var refresh = room.Issuer.IssueRefresh(room.First, first);
        Assert.Equal(CredentialKind.RefreshToken, (await room.Authenticator.IdentifyTokenAsync(room.First, refresh, null, default)).Credential);
        await room.Store.DeleteScopedTokenAsync(room.First.Id, "again", default);
        Assert.Equal(CredentialKind.Wrong, (await room.Authenticator.IdentifyTokenAsync(room.First, refresh, null, default)).Credential);
        room.Clock.Advance(TimeSpan.FromSeconds(1));
        await SignInAsync();
        Assert.Equal(CredentialKind.Wrong, (await room.Authenticator.IdentifyTokenAsync(room.First, refresh, null, default)).Credential);

        async Task<Caller> SignInAsync()
        {
            await room.Store.PutScopedTokenAsync(new ScopedTokenRecord { Registry = room.First.Id, Name = "again", ScopeMap = "_repositories_admin", Created = room.Clock.GetUtcNow() }, mapIsStored: false, 10, default);
            var made = (await tokens.GenerateAsync(room.First.Id, "again", ["password1"], null, default))!;
            return (await room.BasicAsync(room.First, "again", made[0].Password)).Caller;
        }
    }

    [Fact]
    public async Task The_admin_user_has_two_passwords_of_which_one_is_left_while_the_other_is_renewed()
    {
        await using var room = await AccessRoom.OpenAsync();
        var users = new AdminUsers(room.Store, room.Secrets);
        var shown = await users.ShowAsync(room.First.Id, default);
        Assert.Equal(shown, await users.ShowAsync(room.First.Id, default));
        Assert.Equal(AdminUsers.PasswordNames, shown.Select(pair => pair.Name));
        var damaged = new AdminPasswordRecord("password", room.Secrets.Hash(shown[0].Password), new byte[40]);
        await room.Store.SetAdminPasswordsAsync(room.First.Id, [damaged], replace: true, default);
        Assert.Equal([shown[1]], await users.ShowAsync(room.First.Id, default));
        shown = await users.RenewAsync(room.First.Id, "password", default);
        Assert.Equal(AdminUsers.PasswordNames, shown.Select(pair => pair.Name));
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.First, "firstregistry", shown[0].Password)).Credential);

        var on = (await room.Store.ChangeRegistryAsync(room.First.Id, registry => registry with { Settings = registry.Settings with { AdminUserEnabled = true } }, default))!;
        var admin = await room.BasicAsync(on, "FirstRegistry", shown[1].Password);
        Assert.Equal(CallerKind.AdminUser, admin.Caller.Kind);
        Assert.True(admin.Caller.May("push", RepositoryName.Parse("any")));
        Assert.False(admin.Caller.May(Rights.RegistryRead) || admin.Caller.May(Rights.AccessWrite));
        var refresh = room.Issuer.IssueRefresh(on, admin.Caller);
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(on, "secondregistry", shown[1].Password)).Credential);

        var renewed = await users.RenewAsync(room.First.Id, "password", default);
        Assert.NotEqual(shown[0], renewed[0]);
        Assert.Equal(shown[1], renewed[1]);
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(on, "firstregistry", shown[0].Password)).Credential);
        Assert.Equal(CredentialKind.Secret, (await room.BasicAsync(on, "firstregistry", shown[1].Password)).Credential);
        Assert.Equal(CredentialKind.Wrong, (await room.Authenticator.IdentifyTokenAsync(on, refresh, null, default)).Credential);
    }

    [Fact]
    public async Task What_is_sealed_opens_under_its_own_key_unchanged_and_is_not_twice_alike()
    {
        await using var room = await AccessRoom.OpenAsync();
        var text = PrincipalSecrets.Generate();
        var sealedText = room.Secrets.Seal(text);
        Assert.Equal(text, room.Secrets.Open(sealedText));
        Assert.NotEqual(sealedText, room.Secrets.Seal(text));
        Assert.Equal("", room.Secrets.Open(room.Secrets.Seal("")));
        for (var i = 0; i < sealedText.Length; i++)
        {
            var changed = sealedText.ToArray();
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => room.Secrets.Open(changed));
        }
        Assert.ThrowsAny<CryptographicException>(() => room.Secrets.Open(sealedText.AsSpan(0, 20)));
        Assert.ThrowsAny<CryptographicException>(() => new PrincipalSecrets(RandomNumberGenerator.GetBytes(PrincipalSecrets.KeyBytes)).Open(sealedText));
    }

    [Fact]
    public async Task A_token_that_nobody_signed_in_for_takes_no_row_when_it_is_revoked()
    {
        await using var room = await AccessRoom.OpenAsync();
        var before = await room.Store.ReadEpochAsync(room.First.Id, default);
        var anonymous = room.Issuer.IssueAccess(room.First, Callers.Nobody, []);
        await room.RevokeAsync(room.First, anonymous);
        await room.RevokeAsync(room.First, "x.y.z");
        Assert.Equal(before, await room.Store.ReadEpochAsync(room.First.Id, default));

        var refresh = room.Issuer.IssueRefresh(room.First, room.OwnerCaller);
        await room.RevokeAsync(room.Second, refresh);
        Assert.Equal(CredentialKind.RefreshToken, (await room.Authenticator.IdentifyTokenAsync(room.First, refresh, null, default)).Credential);
        var session = (await room.Authenticator.IdentifyTokenAsync(room.First, refresh, null, default)).Caller;
        var access = room.Issuer.IssueAccess(room.First, session, []);
        await room.RevokeAsync(room.First, refresh);
        foreach (var token in (string[])[refresh, access])
            Assert.Equal(CredentialKind.Wrong, (await room.Authenticator.IdentifyTokenAsync(room.First, token, null, default)).Credential);
        var once = await room.Store.ReadEpochAsync(room.First.Id, default);
        await room.RevokeAsync(room.First, refresh);
        Assert.Equal(once, await room.Store.ReadEpochAsync(room.First.Id, default));
    }
}
