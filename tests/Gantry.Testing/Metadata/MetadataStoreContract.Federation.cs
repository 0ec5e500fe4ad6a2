using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    private IssuerRecord Issuer(string name, string url) => new() { Registry = Registry, Name = name, Url = url, Document = "{}", Created = Monday };

    private FederatedCredentialRecord Credential(PrincipalRecord principal, string name, string issuer = "https://issuer.test") => new()
    {
        Registry = Registry, Principal = principal.Id, Name = name, Issuer = issuer, Document = """{"subject":"x"}""", Created = Monday,
    };

    [Fact]
    public async Task An_issuer_has_a_name_and_an_address_of_its_own()
    {
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.PutIssuerAsync(Issuer("b", "https://b.test"), default)));
        await Store.PutIssuerAsync(Issuer("a", "https://a.test"), default);
        Assert.Equal(CommitOutcome.Exists, await Store.PutIssuerAsync(Issuer("c", "https://a.test"), default));
        Assert.Equal(CommitOutcome.Done, await Store.PutIssuerAsync(Issuer("a", "https://a.test") with { Document = """{"x":1}""" }, default));
        Assert.Equal(CommitOutcome.Missing, await Store.PutIssuerAsync(Issuer("c", "https://c.test") with { Registry = new RegistryId(long.MaxValue) }, default));

        await ReopenAsync();
        Assert.Equal([("a", """{"x":1}"""), ("b", "{}")], (await Store.ListIssuersAsync(Registry, default)).Select(issuer => (issuer.Name, issuer.Document)));
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.DeleteIssuerAsync(Registry, "b", default)));
        Assert.Equal(CommitOutcome.Missing, await Store.DeleteIssuerAsync(Registry, "b", default));
    }

    [Fact]
    public async Task What_may_be_vouched_for_is_found_by_issuer_and_by_principal()
    {
        var (principal, group) = (Principal("ci"), Principal("team", PrincipalKind.Group));
        await AddAsync(principal);
        await AddAsync(group);
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.AddFederatedCredentialAsync(Credential(principal, "main"), 2, default)));
        Assert.Equal(CommitOutcome.Exists, await Store.AddFederatedCredentialAsync(Credential(principal, "main"), 2, default));
        await Store.AddFederatedCredentialAsync(Credential(principal, "tags", "https://other.test"), 2, default);
        Assert.Equal(CommitOutcome.InUse, await Store.AddFederatedCredentialAsync(Credential(principal, "third"), 2, default));
        Assert.Equal(CommitOutcome.Missing, await Store.AddFederatedCredentialAsync(Credential(group, "main"), 2, default));

        await ReopenAsync();
        Assert.Equal(Credential(principal, "main"), Assert.Single(await Store.ListFederatedCredentialsAsync(Registry, "https://issuer.test", default)));
        Assert.Equal(["main", "tags"], (await Store.ListFederatedCredentialsAsync(Registry, principal.Id, default)).Select(credential => credential.Name));
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.DeleteFederatedCredentialAsync(Registry, principal.Id, "main", default)));
        Assert.Equal(CommitOutcome.Missing, await Store.DeleteFederatedCredentialAsync(Registry, principal.Id, "main", default));
        Assert.Equal(1, await GenerationAsync(principal));
    }

    [Fact]
    public async Task A_person_is_the_same_at_every_sign_in_and_in_the_groups_that_the_issuer_names_now()
    {
        var local = Principal("local", PrincipalKind.Group);
        await AddAsync(local);
        var user = new OutsideUser(Registry, "entra", "u-1", "Ada", ["dev", "ops"]);
        Assert.Null(await Store.FindUserAsync(Registry, "entra", "u-1", default));
        var id = await Store.SignInUserAsync(user, Monday, default);
        await Store.AddMemberAsync(Registry, local.Id, id, default);
        Assert.NotEqual(id, await Store.SignInUserAsync(user with { Issuer = "ldap" }, Monday, default));

        await RaisesAsync(async () => Assert.Equal(id, await Store.SignInUserAsync(user with { Display = "Ada L.", Groups = ["ops", "u-1"] }, After(1), default)));
        await ReopenAsync();
        var found = (await Store.FindUserAsync(Registry, "entra", "u-1", default))!;
        Assert.Equal(id, found.Record.Id);
        Assert.Null(await Store.FindUserAsync(new RegistryId(Registry.Value + 1), "entra", "u-1", default));
        Assert.Equal((PrincipalKind.User, "entra", "u-1", "Ada L."), (found.Record.Kind, found.Record.Issuer, found.Record.Subject, found.Record.Display));
        Assert.Equal(["entra:group:ops", "entra:group:u-1", "local"], found.Groups.Select(group => group.Name).Order(StringComparer.Ordinal));

        await Store.PutIssuerAsync(Issuer("entra", "https://entra.test"), default);
        await Store.DeleteIssuerAsync(Registry, "entra", default);
        Assert.Equal(found.Record.Generation + 1, (await Store.FindPrincipalAsync(id, default))!.Record.Generation);
    }
}
