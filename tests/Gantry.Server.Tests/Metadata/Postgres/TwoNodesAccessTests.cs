using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Gantry.Testing.Metadata;
using System.Security.Cryptography;

namespace Gantry.Server.Tests.Metadata.Postgres;

/// <summary>What one node gives or takes, the other heeds at its next request, whatever it remembers.</summary>
public sealed class TwoNodesAccessTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 30, 0, TimeSpan.Zero);
    private static readonly RepositoryName App = RepositoryName.Parse("team/app");

    [Fact]
    public async Task CVE_2025_23208_every_change_of_rights_on_one_node_counts_at_the_next_request_on_the_other()
    {
        await using var nodes = await TwoNodes.StartAsync();
        var registry = nodes.Registry.Id;
        var directories = nodes.Stores.Select(store => new PrincipalDirectory(store, TimeProvider.System)).ToList();
        for (var i = 0; i < 6; i++)
        {
            var (here, there) = (nodes.Stores[i % 2], directories[1 - (i % 2)]);
            async Task<bool> MayAsync(IdentityKey key, string action) => (await there.FindAsync(registry, key, default))?.Caller?.May(action, App) == true;

            // A role, its end, a group, leaving it, being switched off.
            var (person, group, role) = (Principal(i, PrincipalKind.ServicePrincipal), Principal(i, PrincipalKind.Group), Guid.NewGuid());
            var key = IdentityKey.OfPrincipal(person.Id);
            Assert.Equal(CommitOutcome.Done, await here.AddPrincipalAsync(person, secret: null, assignment: null, default));
            Assert.Equal(CommitOutcome.Done, await here.AddPrincipalAsync(group, secret: null, assignment: null, default));
            Assert.False(await MayAsync(key, "pull"));
            await here.AddAssignmentAsync(Assignment(role, person.Id, Role.AcrPull), default);
            Assert.True(await MayAsync(key, "pull"));
            await here.DeleteAssignmentAsync(registry, role, default);
            Assert.False(await MayAsync(key, "pull"));
            await here.AddAssignmentAsync(Assignment(Guid.NewGuid(), group.Id, Role.AcrPush), default);
            await here.AddMemberAsync(registry, group.Id, person.Id, default);
            Assert.True(await MayAsync(key, "push"));
            await here.RemoveMemberAsync(registry, group.Id, person.Id, default);
            Assert.False(await MayAsync(key, "push"));
            await here.AddMemberAsync(registry, group.Id, person.Id, default);
            Assert.True(await MayAsync(key, "push"));
            await here.EnablePrincipalAsync(registry, group.Id, enabled: false, default);
            Assert.False(await MayAsync(key, "push"));
            await here.EnablePrincipalAsync(registry, person.Id, enabled: false, default);
            Assert.Null((await there.FindAsync(registry, key, default))?.Caller);

            // A scope map, another one, a token that is switched off.
            var token = IdentityKey.OfToken($"token-{i}");
            await here.PutScopeMapAsync(Map(i, "content/read"), 100, default);
            await here.PutScopedTokenAsync(Token(i, enabled: true), mapIsStored: true, 100, default);
            Assert.True(await MayAsync(token, "pull"));
            Assert.False(await MayAsync(token, "push"));
            await here.PutScopeMapAsync(Map(i, "content/write"), 100, default);
            Assert.False(await MayAsync(token, "pull"));
            Assert.True(await MayAsync(token, "push"));
            var generation = (await there.FindAsync(registry, token, default))!.Caller!.Generation;
            await here.PutScopedTokenAsync(Token(i, enabled: false), mapIsStored: true, 100, default);
            Assert.Null((await there.FindAsync(registry, token, default))?.Caller);
            await here.PutScopedTokenAsync(Token(i, enabled: true), mapIsStored: true, 100, default);
            Assert.NotEqual(generation, (await there.FindAsync(registry, token, default))!.Caller!.Generation);

            // The admin user.
            await here.ChangeRegistryAsync(registry, record => record with { Settings = record.Settings with { AdminUserEnabled = true } }, default);
            Assert.True(await MayAsync(IdentityKey.Admin, "delete"));
            await here.ChangeRegistryAsync(registry, record => record with { Settings = record.Settings with { AdminUserEnabled = false } }, default);
            Assert.False(await MayAsync(IdentityKey.Admin, "delete"));
        }

        PrincipalRecord Principal(int i, PrincipalKind kind) => new() { Id = Guid.NewGuid(), Registry = registry, Kind = kind, Name = $"{kind}{i}", Created = Monday };
        RoleAssignmentRecord Assignment(Guid id, Guid holder, Role role) => new() { Id = id, Registry = registry, Principal = holder, Role = role.Name, Created = Monday };
        ScopeMapRecord Map(int i, string word) => new() { Registry = registry, Name = $"map-{i}", Actions = [$"repositories/team/*/{word}"], Created = Monday };
        ScopedTokenRecord Token(int i, bool enabled) => new() { Registry = registry, Name = $"token-{i}", ScopeMap = $"map-{i}", Enabled = enabled, Created = Monday };
    }

    [Fact]
    public async Task A_refresh_token_that_one_node_revoked_earns_nothing_at_the_other()
    {
        await using var nodes = await TwoNodes.StartAsync();
        using var keys = new SigningKeys(nodes.Stores[0], TimeProvider.System);
        await keys.PrepareAsync(default);
        using var theirs = new SigningKeys(nodes.Stores[1], TimeProvider.System);
        await theirs.PrepareAsync(default);
        var secrets = new PrincipalSecrets(RandomNumberGenerator.GetBytes(PrincipalSecrets.KeyBytes));
        var here = Authenticator(nodes.Stores[0], keys);
        var there = Authenticator(nodes.Stores[1], theirs);
        var made = (await new PrincipalEnrolment(nodes.Stores[0], secrets, Guid.NewGuid(), TimeProvider.System).AddAsync(nodes.Registry.Id, "owner", Role.Owner, prefix: null, default))!;
        var owner = (await there.IdentifyAsync(nodes.Registry, made.AppId, made.Password, origin: default, default)).Caller;
        var issuer = new TokenIssuer(keys, Guid.NewGuid(), TimeProvider.System);
        var refresh = issuer.IssueRefresh(nodes.Registry, owner);
        var session = await there.IdentifyTokenAsync(nodes.Registry, refresh, TokenKind.Refresh, default);
        Assert.Equal(CredentialKind.RefreshToken, session.Credential);
        var access = issuer.IssueAccess(nodes.Registry, session.Caller, []);
        Assert.Equal(CredentialKind.AccessToken, (await there.IdentifyTokenAsync(nodes.Registry, access, null, default)).Credential);

        await here.RevokeAsync(nodes.Registry, await here.IdentifyTokenAsync(nodes.Registry, refresh, null, default), default);
        foreach (var authenticator in (Authenticator[])[there, here])
        {
            foreach (var token in (string[])[refresh, access])
                Assert.Equal(CredentialKind.Wrong, (await authenticator.IdentifyTokenAsync(nodes.Registry, token, null, default)).Credential);
        }

        Authenticator Authenticator(IMetadataStore store, SigningKeys known) =>
            new(new PrincipalDirectory(store, TimeProvider.System), secrets, new TokenVerifier(known, TimeProvider.System), people: null, TimeProvider.System, dev: false);
    }
}
