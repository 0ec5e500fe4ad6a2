using Gantry.Protocol.Naming;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    private static readonly byte[] SomeHash = [1, 2, 3];

    private PrincipalRecord Principal(string name, PrincipalKind kind = PrincipalKind.ServicePrincipal) => new()
    {
        Id = Guid.NewGuid(), Registry = Registry, Name = name, Kind = kind, Created = Monday,
    };

    private static SecretRecord Secret(string label = "first", DateTimeOffset? ends = null) => new() { Id = Guid.NewGuid(), Label = label, Hash = SomeHash, Created = Monday, Ends = ends };

    private static RoleAssignmentRecord Assignment(PrincipalRecord? principal, string role = "AcrPull", string? prefix = null, string? condition = null, RegistryId? registry = null) => new()
    {
        Id = Guid.NewGuid(),
        Registry = registry ?? principal!.Registry,
        Principal = principal?.Id,
        Role = role,
        RepositoryPrefix = prefix is null ? null : RepositoryName.Parse(prefix),
        Condition = condition,
        Created = Monday,
    };

    private async Task<CommitOutcome> AddAsync(PrincipalRecord principal, string? role = "AcrPull", string? prefix = null, SecretRecord? secret = null) =>
        await Store.AddPrincipalAsync(principal, secret ?? Secret(), role is null ? null : Assignment(principal, role, prefix), default);

    private async Task<long> GenerationAsync(PrincipalRecord principal) => (await Store.FindPrincipalAsync(principal.Id, default))!.Record.Generation;

    /// <summary>Does something, and demands that whoever remembers what was before learns of it.</summary>
    private async Task RaisesAsync(Func<Task> act)
    {
        var epoch = await Store.ReadEpochAsync(Registry, default);
        await act();
        Assert.True(await Store.ReadEpochAsync(Registry, default) > epoch);
    }

    [Fact]
    public async Task A_principal_is_kept_and_its_name_is_free_once_in_a_registry()
    {
        var (second, first) = (Principal("b"), Principal("a"));
        var secret = Secret("ci", After(9));
        Assert.Equal(CommitOutcome.Done, await AddAsync(second, prefix: "samples", secret: secret));
        Assert.Equal(CommitOutcome.Done, await AddAsync(first));
        Assert.Equal(CommitOutcome.Exists, await AddAsync(Principal("a")));
        Assert.Equal(CommitOutcome.Exists, await AddAsync(first with { Name = "c" }));
        Assert.Equal(CommitOutcome.Missing, await AddAsync(Principal("d") with { Registry = new RegistryId(long.MaxValue) }));
        var other = (await Store.EnsureRegistryAsync("contoso", Monday, default)).Id;
        Assert.Equal(CommitOutcome.Done, await AddAsync(Principal("a") with { Registry = other }));

        await ReopenAsync();
        var found = await Store.FindPrincipalAsync(second.Id, default);
        Assert.Equal(second, found!.Record);
        var kept = Assert.Single(found.Secrets);
        Assert.Equal(SomeHash, kept.Hash.ToArray());
        Assert.Equal(secret, kept with { Hash = secret.Hash });
        Assert.Equal("samples", Assert.Single(found.Assignments).RepositoryPrefix.ToString());
        Assert.Null(await Store.FindPrincipalAsync(Guid.NewGuid(), default));
        Assert.Equal(["a", "b"], (await Store.ListPrincipalsAsync(Registry, default)).Select(principal => principal.Name));
    }

    [Fact]
    public async Task Secrets_come_beside_each_other_and_one_that_goes_ends_the_tokens()
    {
        var principal = Principal("ci");
        await AddAsync(principal);
        var other = (await Store.EnsureRegistryAsync("otherregistry", principal.Created, default)).Id;
        var second = Secret("second", After(5));
        Assert.Equal(CommitOutcome.Missing, await Store.AddSecretAsync(other, principal.Id, second, 2, default));
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.AddSecretAsync(Registry, principal.Id, second, 2, default)));
        Assert.Equal(CommitOutcome.Exists, await Store.AddSecretAsync(Registry, principal.Id, Secret("third"), 2, default));
        Assert.Equal(0, await GenerationAsync(principal));

        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.DeleteSecretAsync(Registry, principal.Id, second.Id, default)));
        Assert.Equal(CommitOutcome.Missing, await Store.DeleteSecretAsync(Registry, principal.Id, second.Id, default));
        Assert.Equal(1, await GenerationAsync(principal));
        Assert.Equal("first", Assert.Single((await Store.FindPrincipalAsync(principal.Id, default))!.Secrets).Label);
    }

    [Fact]
    public async Task Secrets_are_replaced_in_their_registry_and_the_epoch_rises()
    {
        var principal = Principal("ci");
        await AddAsync(principal);
        var other = (await Store.EnsureRegistryAsync("otherregistry", principal.Created, default)).Id;
        var secret = Secret("new");
        Assert.Equal(CommitOutcome.Missing, await Store.ReplaceSecretsAsync(other, principal.Id, secret, default));
        Assert.Equal(CommitOutcome.Missing, await Store.ReplaceSecretsAsync(Registry, Guid.NewGuid(), secret, default));
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.ReplaceSecretsAsync(Registry, principal.Id, secret, default)));
        Assert.Equal("new", Assert.Single((await Store.FindPrincipalAsync(principal.Id, default))!.Secrets).Label);
        Assert.Equal(1, await GenerationAsync(principal));
    }

    [Fact]
    public async Task A_principal_is_deleted_in_its_registry_and_the_epoch_rises()
    {
        var (principal, group) = (Principal("ci"), Principal("team", PrincipalKind.Group));
        await AddAsync(principal);
        await AddAsync(group);
        await Store.AddMemberAsync(Registry, group.Id, principal.Id, default);
        await Store.AddFederatedCredentialAsync(Credential(principal, "main"), 5, default);
        var other = (await Store.EnsureRegistryAsync("contoso", Monday, default)).Id;

        Assert.Equal(CommitOutcome.Missing, await Store.DeletePrincipalAsync(other, principal.Id, default));
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.DeletePrincipalAsync(Registry, principal.Id, default)));
        Assert.Equal(CommitOutcome.Missing, await Store.DeletePrincipalAsync(Registry, principal.Id, default));
        Assert.Null(await Store.FindPrincipalAsync(principal.Id, default));
        Assert.Empty(await Store.ListMembersAsync(Registry, group.Id, default));
        Assert.Equal(CommitOutcome.Done, await Store.DeletePrincipalAsync(Registry, group.Id, default));
        Assert.Empty(await Store.ListAssignmentsAsync(Registry, default));
    }

    [Fact]
    public async Task The_last_owner_of_the_whole_registry_stays()
    {
        var (first, second, narrow) = (Principal("first"), Principal("second"), Principal("narrow"));
        await AddAsync(first, "Owner");
        await AddAsync(second, "Owner");
        await AddAsync(narrow, "Owner", "samples");
        // Who is in a group, others decide: its being an owner keeps nobody in.
        var group = Principal("team", PrincipalKind.Group);
        await AddAsync(group, "Owner");

        Assert.Equal(CommitOutcome.Done, await Store.EnablePrincipalAsync(Registry, first.Id, enabled: false, default));
        Assert.Equal(CommitOutcome.InUse, await Store.DeletePrincipalAsync(Registry, second.Id, default));
        Assert.Equal(CommitOutcome.InUse, await Store.EnablePrincipalAsync(Registry, second.Id, enabled: false, default));
        var ruling = (await Store.ListAssignmentsAsync(Registry, default)).Single(assignment => assignment.Principal == second.Id);
        Assert.Equal(CommitOutcome.InUse, await Store.DeleteAssignmentAsync(Registry, ruling.Id, default));
        Assert.Equal(CommitOutcome.Done, await Store.DeletePrincipalAsync(Registry, narrow.Id, default));
        Assert.Equal(CommitOutcome.Done, await Store.EnablePrincipalAsync(Registry, first.Id, enabled: true, default));
        Assert.Equal(CommitOutcome.Done, await Store.DeletePrincipalAsync(Registry, second.Id, default));
    }

    [Fact]
    public async Task The_last_owner_keeps_a_way_to_sign_in_and_who_has_none_is_no_other_owner()
    {
        var (first, second) = (Principal("first"), Principal("second"));
        await AddAsync(first, "Owner");
        await AddAsync(second, "Owner");
        foreach (var secret in (await Store.FindPrincipalAsync(second.Id, default))!.Secrets)
            Assert.Equal(CommitOutcome.Done, await Store.DeleteSecretAsync(Registry, second.Id, secret.Id, default));
        Assert.Equal(CommitOutcome.InUse, await Store.DeletePrincipalAsync(Registry, first.Id, default));
        var only = Assert.Single((await Store.FindPrincipalAsync(first.Id, default))!.Secrets);
        await Store.AddSecretAsync(Registry, first.Id, Secret("over", Monday.AddYears(-20)), 5, default);
        Assert.Equal(CommitOutcome.InUse, await Store.DeleteSecretAsync(Registry, first.Id, only.Id, default));
        Assert.Equal(2, (await Store.FindPrincipalAsync(first.Id, default))!.Secrets.Count);

        await Store.AddSecretAsync(Registry, first.Id, Secret("next", Monday.AddYears(100)), 5, default);
        Assert.Equal(CommitOutcome.Done, await Store.DeleteSecretAsync(Registry, first.Id, only.Id, default));
        await Store.AddFederatedCredentialAsync(Credential(second, "main"), 5, default);
        Assert.Equal(CommitOutcome.Done, await Store.DeletePrincipalAsync(Registry, first.Id, default));
    }

    [Fact]
    public async Task Who_is_disabled_or_revoked_has_another_generation()
    {
        var principal = Principal("ci");
        await AddAsync(principal);
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.EndTokensAsync(Registry, principal.Id, default)));
        Assert.Equal(1, await GenerationAsync(principal));
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.EnablePrincipalAsync(Registry, principal.Id, enabled: false, default)));
        Assert.False((await Store.FindPrincipalAsync(principal.Id, default))!.Record.Enabled);
        await Store.EnablePrincipalAsync(Registry, principal.Id, enabled: true, default);
        Assert.Equal(3, await GenerationAsync(principal));
        Assert.Equal(CommitOutcome.Missing, await Store.EndTokensAsync(Registry, Guid.NewGuid(), default));
    }

    [Fact]
    public async Task A_group_shares_its_roles_with_its_members()
    {
        var (member, group) = (Principal("ci"), Principal("team", PrincipalKind.Group));
        await AddAsync(member, role: null);
        await AddAsync(group, "AcrPush");
        Assert.Equal(CommitOutcome.Missing, await Store.AddMemberAsync(Registry, member.Id, group.Id, default));
        Assert.Equal(CommitOutcome.Missing, await Store.AddMemberAsync(Registry, group.Id, group.Id, default));
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.AddMemberAsync(Registry, group.Id, member.Id, default)));

        var found = (await Store.FindPrincipalAsync(member.Id, default))!;
        Assert.Equal("team", Assert.Single(found.Groups).Name);
        Assert.Equal("AcrPush", Assert.Single(found.Assignments).Role);
        Assert.Equal("ci", Assert.Single(await Store.ListMembersAsync(Registry, group.Id, default)).Name);

        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.RemoveMemberAsync(Registry, group.Id, member.Id, default)));
        Assert.Equal(CommitOutcome.Missing, await Store.RemoveMemberAsync(Registry, group.Id, member.Id, default));
        Assert.Empty((await Store.FindPrincipalAsync(member.Id, default))!.Assignments);
    }

    [Fact]
    public async Task Roles_are_assigned_once_and_to_whoever_is_nobody_too()
    {
        var principal = Principal("ci");
        await AddAsync(principal, role: null);
        var (whole, narrow, conditional) = (Assignment(principal), Assignment(principal, prefix: "samples"), Assignment(principal, condition: "@x"));
        var nobody = Assignment(null, registry: Registry);
        foreach (var assignment in new[] { whole, narrow, conditional, nobody })
            await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.AddAssignmentAsync(assignment, default)));
        Assert.Equal(CommitOutcome.Exists, await Store.AddAssignmentAsync(whole with { Role = "AcrPush" }, default));
        Assert.Equal(CommitOutcome.Exists, await Store.AddAssignmentAsync(narrow with { Id = Guid.NewGuid(), Created = After(3) }, default));
        Assert.Equal(CommitOutcome.Missing, await Store.AddAssignmentAsync(Assignment(Principal("nobody")), default));
        var other = (await Store.EnsureRegistryAsync("contoso", Monday, default)).Id;
        Assert.Equal(CommitOutcome.Missing, await Store.AddAssignmentAsync(whole with { Id = Guid.NewGuid(), Registry = other }, default));

        await ReopenAsync();
        Assert.Equivalent(new[] { whole, narrow, conditional, nobody }, await Store.ListAssignmentsAsync(Registry, default));
        Assert.Equal(nobody, Assert.Single((await Store.ReadAccessAsync(Registry, Monday, default))!.OfAnonymous));
        Assert.Equal(CommitOutcome.Missing, await Store.DeleteAssignmentAsync(other, whole.Id, default));
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.DeleteAssignmentAsync(Registry, whole.Id, default)));
        Assert.Equal(CommitOutcome.Missing, await Store.DeleteAssignmentAsync(Registry, whole.Id, default));
    }

    [Fact]
    public async Task A_token_is_revoked_until_it_would_have_ended()
    {
        var ends = Monday.AddYears(100);
        var principal = Principal("ci");
        await AddAsync(principal);
        var owner = new TokenOwner(principal.Id, ScopedToken: null);
        await RaisesAsync(async () => await Store.RevokeTokenAsync(Registry, "a", owner, ends, 2, default));
        var epoch = await Store.ReadEpochAsync(Registry, default);
        await Store.RevokeTokenAsync(Registry, "a", owner, ends, 2, default);
        Assert.Equal(epoch, await Store.ReadEpochAsync(Registry, default));
        Assert.Equal(["a"], (await Store.ReadAccessAsync(Registry, ends.AddSeconds(-1), default))!.RevokedTokens);
        Assert.Empty((await Store.ReadAccessAsync(Registry, ends, default))!.RevokedTokens);
        Assert.Null(await Store.ReadAccessAsync(new RegistryId(long.MaxValue), Monday, default));
    }

    [Fact]
    public async Task Too_many_revoked_tokens_of_one_owner_end_all_of_the_owners_tokens_in_their_place()
    {
        var ends = Monday.AddYears(100);
        var principal = Principal("ci");
        await AddAsync(principal);
        await Store.PutScopedTokenAsync(Token("t", "_all"), mapIsStored: false, 9, default);
        var before = ((await TokenAsync("t")).Generation, (await Store.FindAdminUserAsync(Registry, default)).Generation);
        foreach (var owner in (TokenOwner[])[new(principal.Id, null), new(null, "t"), new(null, null)])
        {
            for (var i = 0; i < 3; i++)
                await Store.RevokeTokenAsync(Registry, $"{owner} {i}", owner, ends, 3, default);
        }
        Assert.Equal(9, (await Store.ReadAccessAsync(Registry, Monday, default))!.RevokedTokens.Count);
        Assert.Equal(0, await GenerationAsync(principal));

        await RaisesAsync(async () => await Store.RevokeTokenAsync(Registry, "one more", new TokenOwner(principal.Id, null), ends, 3, default));
        Assert.Equal(1, await GenerationAsync(principal));
        Assert.Equal(6, (await Store.ReadAccessAsync(Registry, Monday, default))!.RevokedTokens.Count);
        await Store.RevokeTokenAsync(Registry, "one of t", new TokenOwner(null, "t"), ends, 3, default);
        await Store.RevokeTokenAsync(Registry, "one of admin", new TokenOwner(null, null), ends, 3, default);
        Assert.Equal((before.Item1 + 1, before.Item2 + 1), ((await TokenAsync("t")).Generation, (await Store.FindAdminUserAsync(Registry, default)).Generation));
        Assert.Empty((await Store.ReadAccessAsync(Registry, Monday, default))!.RevokedTokens);
    }

    [Fact]
    public async Task A_registry_is_told_what_to_be_and_keeps_it()
    {
        await RaisesAsync(async () => await Store.ChangeRegistryAsync(Registry, registry => registry with
        {
            AnonymousPull = true,
            Settings = registry.Settings with { AdminUserEnabled = true, AllowedAddresses = ["10.0.0.0/8"], Tags = new Dictionary<string, string> { ["team"] = "ä" } },
        }, default));
        await ReopenAsync();
        var access = (await Store.ReadAccessAsync(Registry, Monday, default))!.Registry;
        Assert.True(access.AnonymousPull);
        Assert.True(access.Settings.AdminUserEnabled);
        Assert.Equal(["10.0.0.0/8"], access.Settings.AllowedAddresses);
        Assert.Equal("ä", access.Settings.Tags["team"]);
        Assert.Null(await Store.ChangeRegistryAsync(new RegistryId(long.MaxValue), registry => registry, default));
    }

    [Fact]
    public async Task Signing_keys_come_newest_first_and_old_ones_are_dropped()
    {
        await Store.AddSigningKeyAsync(new SigningKeyRecord("a", new byte[] { 1 }, After(1)), Monday, default);
        await Store.AddSigningKeyAsync(new SigningKeyRecord("b", new byte[] { 2 }, After(2)), Monday, default);
        Assert.Equal(["b", "a"], (await Store.ListSigningKeysAsync(default)).Select(key => key.Id));

        await Store.AddSigningKeyAsync(new SigningKeyRecord("c", new byte[] { 3 }, After(3)), dropBefore: After(2), default);
        await ReopenAsync();
        var keys = await Store.ListSigningKeysAsync(default);
        Assert.Equal(["c", "b"], keys.Select(key => key.Id));
        Assert.Equal([3], keys[0].PrivateKey.ToArray());
    }
}
