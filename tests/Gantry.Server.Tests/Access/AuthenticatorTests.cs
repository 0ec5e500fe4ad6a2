using Gantry.Protocol.Naming;
using Gantry.Protocol.Token;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Gantry.Testing;

namespace Gantry.Server.Tests.Access;

public sealed class AuthenticatorTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic !!!!")]
    [InlineData("Basic bm9jb2xvbg==")]
    [InlineData("Basic /////w==")]
    [InlineData("Basic Og==")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer null")]
    [InlineData("Digest username=\"a\"")]
    [InlineData("Negotiate YII=")]
    [InlineData("bm9jb2xvbg==")]
    public async Task A_header_that_says_nothing_true_is_refused(string header)
    {
        await using var room = await AccessRoom.OpenAsync();
        Assert.True((await room.Authenticator.AuthenticateAsync(room.First, header, origin: default, default)).Failed);
    }

    [Fact]
    public async Task Without_a_header_the_policy_decides()
    {
        await using var room = await AccessRoom.OpenAsync();
        var closed = await room.Authenticator.AuthenticateAsync(room.First, authorization: null, origin: default, default);
        await room.Store.SetAnonymousPullAsync(room.First.Id, enabled: true, default);
        var open = await room.Authenticator.AuthenticateAsync(room.First, authorization: null, origin: default, default);

        Assert.False(closed.Failed);
        Assert.Empty(closed.Caller.Grants);
        Assert.Equal(Rights.ContentRead | Rights.MetadataRead, Assert.Single(open.Caller.Grants).Rights);
        Assert.False(open.Caller.MayListCatalog());
    }

    [Fact]
    public async Task Wrong_credentials_are_refused_where_anonymous_callers_are_let_in()
    {
        await using var room = await AccessRoom.OpenAsync();
        await room.Store.SetAnonymousPullAsync(room.First.Id, enabled: true, default);
        var found = await room.Authenticator.AuthenticateAsync(room.First, RegistryInProcess.Basic(room.Owner.AppId, "wrong"), origin: default, default);
        Assert.True(found.Failed);
        Assert.Empty(found.Caller.Grants);
    }

    [Fact]
    public async Task An_application_id_is_read_in_any_case_and_in_one_form()
    {
        await using var room = await AccessRoom.OpenAsync();
        Assert.Equal(CredentialKind.Secret, (await room.BasicAsync(room.First, room.Owner.AppId.ToUpperInvariant(), room.Owner.Password)).Credential);
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.First, $"{{{room.Owner.AppId}}}", room.Owner.Password)).Credential);
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.First, "owner", room.Owner.Password)).Credential);
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.First, room.Owner.AppId, room.Owner.Password + " ")).Credential);
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.First, room.Owner.AppId, "")).Credential);
    }

    [Fact]
    public async Task CVE_2023_20902_nobody_is_compared_with_like_somebody()
    {
        await using var room = await AccessRoom.OpenAsync();
        // No secret may match what stands for "no principal", and a known hash matches its secret alone.
        Assert.False(Matches(room, ""));
        Assert.False(Matches(room, room.Owner.Password));
        Assert.False(Matches(room, room.Owner.Password, new byte[32]));
        var hash = room.Secrets.Hash(room.Owner.Password);
        Assert.True(Matches(room, room.Owner.Password, new byte[32], hash));
        Assert.False(Matches(room, room.Owner.Password[..^1], hash));
        Assert.False(Matches(room, room.Owner.Password, hash[..16]));
        Assert.Null(room.Secrets.Find(room.Owner.Password, [new KnownSecret(hash, room.Clock.GetUtcNow())], room.Clock.GetUtcNow()));
    }

    private static bool Matches(AccessRoom room, string secret, params byte[][] hashes) =>
        room.Secrets.Find(secret, [.. hashes.Select(hash => new KnownSecret(hash, Ends: null))], room.Clock.GetUtcNow()) is not null;

    [Fact]
    public async Task A_generated_secret_has_256_bits_and_is_stored_under_a_key()
    {
        await using var room = await AccessRoom.OpenAsync();
        Assert.Equal(43, room.Owner.Password.Length);
        var stored = (await room.Store.FindPrincipalAsync(Guid.Parse(room.Owner.AppId), default))!.Secrets[0].Hash;
        Assert.Equal(room.Secrets.Hash(room.Owner.Password), stored.ToArray());
        Assert.NotEqual(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(room.Owner.Password)), stored.ToArray());
    }

    [Fact]
    public async Task CVE_2025_23208_a_token_of_a_deleted_principal_is_refused_at_the_next_request()
    {
        await using var room = await AccessRoom.OpenAsync();
        var reader = (await room.Enrolment.AddAsync(room.First.Id, "reader", Role.AcrPull, prefix: null, default))!;
        var caller = (await room.BasicAsync(room.First, reader.AppId, reader.Password)).Caller;
        var access = room.Issuer.IssueAccess(room.First, caller, [Scope.Repository("a", TokenActions.Pull)]);
        var refresh = room.Issuer.IssueRefresh(room.First, caller);
        Assert.Equal(CredentialKind.AccessToken, (await room.BearerAsync(room.First, access)).Credential);

        Assert.Equal(CommitOutcome.Done, await room.Store.DeletePrincipalAsync(room.First.Id, Guid.Parse(reader.AppId), default));

        Assert.Equal(CredentialKind.Wrong, (await room.BearerAsync(room.First, access)).Credential);
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.First, Authenticator.TokenUser, refresh)).Credential);
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.First, reader.AppId, reader.Password)).Credential);
    }

    [Fact]
    public async Task A_token_opens_what_both_its_scopes_and_its_principal_allow()
    {
        await using var room = await AccessRoom.OpenAsync();
        var prefix = RepositoryName.Parse("samples");
        var pusher = (await room.Enrolment.AddAsync(room.First.Id, "pusher", Role.AcrPush, prefix, default))!;
        var caller = (await room.BasicAsync(room.First, pusher.AppId, pusher.Password)).Caller;
        // More than the principal may: as if its role had shrunk since.
        var token = room.Issuer.IssueAccess(room.First, caller, [Scope.Repository("samples/a", TokenActions.All), Scope.Repository("other", TokenActions.All), Scope.CatalogAll]);
        var shown = (await room.BearerAsync(room.First, token)).Caller;

        Assert.True(shown.May(TokenActions.Push, RepositoryName.Parse("samples/a")));
        Assert.False(shown.May(TokenActions.Delete, RepositoryName.Parse("samples/a")));
        Assert.False(shown.May(TokenActions.Push, RepositoryName.Parse("samples/b")));
        Assert.False(shown.May(TokenActions.Pull, RepositoryName.Parse("other")));
        Assert.False(shown.MayListCatalog());
        Assert.True(caller.May(TokenActions.Push, RepositoryName.Parse("samples/b")));
        Assert.False(caller.May(TokenActions.Push, RepositoryName.Parse("samplesx")));
    }

    [Fact]
    public async Task An_access_token_never_rules_the_registry()
    {
        await using var room = await AccessRoom.OpenAsync();
        var token = room.Issuer.IssueAccess(room.First, room.OwnerCaller, [Scope.Repository("*", TokenActions.All), Scope.CatalogAll]);
        Assert.True(room.OwnerCaller.May(Rights.AccessWrite));
        Assert.False((await room.BearerAsync(room.First, token)).Caller.May(Rights.AccessWrite));
        Assert.True((await room.BasicAsync(room.First, Authenticator.TokenUser, room.Issuer.IssueRefresh(room.First, room.OwnerCaller))).Caller.May(Rights.AccessWrite));
    }
}
