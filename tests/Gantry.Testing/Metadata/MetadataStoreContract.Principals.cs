using Gantry.Protocol.Naming;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    private PrincipalRecord Principal(string name, string role = "AcrPull", string? prefix = null) => new()
    {
        AppId = Guid.NewGuid(),
        Registry = Registry,
        Name = name,
        Role = role,
        RepositoryPrefix = prefix is null ? null : RepositoryName.Parse(prefix),
        SecretHash = new byte[] { 1, 2, 3 },
        Created = Monday,
    };

    [Fact]
    public async Task A_principal_is_kept_and_its_name_is_free_once_in_a_registry()
    {
        var (second, first) = (Principal("b", prefix: "samples"), Principal("a"));
        Assert.Equal(CommitOutcome.Done, await Store.AddPrincipalAsync(second, default));
        Assert.Equal(CommitOutcome.Done, await Store.AddPrincipalAsync(first, default));
        Assert.Equal(CommitOutcome.Exists, await Store.AddPrincipalAsync(Principal("a"), default));
        Assert.Equal(CommitOutcome.Exists, await Store.AddPrincipalAsync(first with { Name = "c" }, default));
        Assert.Equal(CommitOutcome.Missing, await Store.AddPrincipalAsync(Principal("d") with { Registry = new RegistryId(long.MaxValue) }, default));
        var other = (await Store.EnsureRegistryAsync("contoso", Monday, default)).Id;
        Assert.Equal(CommitOutcome.Done, await Store.AddPrincipalAsync(Principal("a") with { Registry = other }, default));

        await ReopenAsync();
        var found = await Store.FindPrincipalAsync(second.AppId, default);
        Assert.Equal([1, 2, 3], found!.SecretHash.ToArray());
        Assert.Equal(second, found with { SecretHash = second.SecretHash });
        Assert.Null(await Store.FindPrincipalAsync(Guid.NewGuid(), default));
        Assert.Equal(["a", "b"], (await Store.ListPrincipalsAsync(Registry, default)).Select(principal => principal.Name));
    }

    [Fact]
    public async Task A_secret_is_replaced_in_its_registry_and_the_epoch_rises()
    {
        var principal = Principal("ci");
        await Store.AddPrincipalAsync(principal, default);
        var other = (await Store.EnsureRegistryAsync("otherregistry", principal.Created, default)).Id;
        var epoch = await Store.ReadEpochAsync(Registry, default);
        byte[] hash = [1, 2, 3];
        Assert.Equal(CommitOutcome.Missing, await Store.SetPrincipalSecretAsync(other, principal.AppId, hash, default));
        Assert.Equal(CommitOutcome.Missing, await Store.SetPrincipalSecretAsync(Registry, Guid.NewGuid(), hash, default));
        Assert.Equal(CommitOutcome.Done, await Store.SetPrincipalSecretAsync(Registry, principal.AppId, hash, default));
        Assert.Equal(hash, (await Store.FindPrincipalAsync(principal.AppId, default))!.SecretHash.ToArray());
        Assert.True(await Store.ReadEpochAsync(Registry, default) > epoch);
    }

    [Fact]
    public async Task A_principal_is_deleted_in_its_registry_and_the_epoch_rises()
    {
        var principal = Principal("ci");
        await Store.AddPrincipalAsync(principal, default);
        var other = (await Store.EnsureRegistryAsync("contoso", Monday, default)).Id;
        var epoch = await Store.ReadEpochAsync(Registry, default);

        Assert.Equal(CommitOutcome.Missing, await Store.DeletePrincipalAsync(other, principal.AppId, default));
        Assert.Equal(CommitOutcome.Done, await Store.DeletePrincipalAsync(Registry, principal.AppId, default));
        Assert.Equal(CommitOutcome.Missing, await Store.DeletePrincipalAsync(Registry, principal.AppId, default));
        Assert.Null(await Store.FindPrincipalAsync(principal.AppId, default));
        Assert.True(await Store.ReadEpochAsync(Registry, default) > epoch);
    }

    [Fact]
    public async Task The_last_owner_of_the_whole_registry_stays()
    {
        var (first, second, narrow) = (Principal("first", "Owner"), Principal("second", "Owner"), Principal("narrow", "Owner", "samples"));
        foreach (var owner in new[] { first, second, narrow })
            await Store.AddPrincipalAsync(owner, default);

        Assert.Equal(CommitOutcome.Done, await Store.DeletePrincipalAsync(Registry, first.AppId, default));
        Assert.Equal(CommitOutcome.InUse, await Store.DeletePrincipalAsync(Registry, second.AppId, default));
        Assert.Equal(CommitOutcome.Done, await Store.DeletePrincipalAsync(Registry, narrow.AppId, default));
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
