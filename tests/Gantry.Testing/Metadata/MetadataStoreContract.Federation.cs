using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    private const string Entra = "https://entra.test";

    private OutsideUser Ada => new(Registry, Entra, "u-1", "Ada", ["dev", "ops"]) { IssuerName = "entra" };

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
        var user = Ada;
        var id = await Store.SignInUserAsync(user, Monday, default);
        await Store.AddMemberAsync(Registry, local.Id, id!.Value, default);
        Assert.NotEqual(id, await Store.SignInUserAsync(user with { Issuer = "ldap" }, Monday, default));

        await RaisesAsync(async () => Assert.Equal(id, await Store.SignInUserAsync(user with { Display = "Ada L.", Groups = ["ops", "u-1"] }, After(1), default)));
        await ReopenAsync();
        var found = (await Store.FindPrincipalAsync(id!.Value, default))!;
        Assert.Equal((PrincipalKind.User, Entra, "u-1", "Ada L."), (found.Record.Kind, found.Record.Issuer, found.Record.Subject, found.Record.Display));
        Assert.Equal(["entra:group:ops", "entra:group:u-1", "local"], found.Groups.Select(group => group.Name).Order(StringComparer.Ordinal));

        // Who says what is known already makes nobody read anything anew.
        var epoch = await Store.ReadEpochAsync(Registry, default);
        Assert.Equal(id, await Store.SignInUserAsync(user with { Display = "Ada L.", Groups = ["u-1", "ops"] }, After(2), default));
        Assert.Equal(id, await Store.SignInUserAsync(user with { Display = null, Groups = ["u-1", "ops"], Issued = After(2) }, After(2), default));
        Assert.Equal(epoch, await Store.ReadEpochAsync(Registry, default));
    }

    [Fact]
    public async Task A_new_issuer_under_an_old_name_has_none_of_the_old_ones_people_and_groups()
    {
        await Store.PutIssuerAsync(Issuer("entra", Entra), default);
        var old = await SignInAsync(Ada);
        await Store.PutIssuerAsync(Issuer("entra", "https://other.test"), default);
        Assert.Equal(1, (await Store.FindPrincipalAsync(old.Record.Id, default))!.Record.Generation);

        var other = await SignInAsync(Ada with { Issuer = "https://other.test" });
        Assert.NotEqual(old.Record.Id, other.Record.Id);
        Assert.Empty(old.Groups.Select(group => group.Id).Intersect(other.Groups.Select(group => group.Id)));
        Assert.Equal(2, other.Groups.Count);
        Assert.Equal(old.Record.Id, (await SignInAsync(Ada)).Record.Id);
    }

    [Fact]
    public async Task A_persons_subject_makes_no_group_of_them()
    {
        var ada = await SignInAsync(Ada);
        var imposter = await SignInAsync(Ada with { Subject = "group:ops", Groups = [] });
        Assert.Equal(PrincipalKind.User, imposter.Record.Kind);
        Assert.DoesNotContain(imposter.Record.Id, ada.Groups.Select(group => group.Id));
        Assert.Equal(PrincipalKind.Group, Assert.Single((await SignInAsync(Ada with { Subject = "u-2", Groups = ["ops"] })).Groups).Kind);
    }

    [Fact]
    public async Task What_an_issuer_said_before_its_last_word_brings_no_group_back()
    {
        var (first, second) = (Ada with { Issued = Monday }, Ada with { Issued = After(1), Groups = [], Display = "Ada L." });
        Assert.Equal(2, (await SignInAsync(first)).Groups.Count);
        Assert.Empty((await SignInAsync(second)).Groups);
        var again = await SignInAsync(first);
        Assert.Empty(again.Groups);
        Assert.Equal("Ada L.", again.Record.Display);
        // A word that changed nothing is the last one all the same.
        await SignInAsync(second with { Issued = After(3) });
        Assert.Empty((await SignInAsync(first with { Issued = After(2) })).Groups);
    }

    [Fact]
    public async Task Only_so_many_outside_groups_of_one_person_count_and_known_ones_before_others()
    {
        await SignInAsync(Ada with { Groups = ["zz"] });
        var many = await SignInAsync(Ada with { Subject = "u-2", Groups = [.. Enumerable.Range(0, OutsideUser.MaxGroups + 50).Select(number => $"g{number}"), "zz"] });
        Assert.Equal(OutsideUser.MaxGroups, many.Groups.Count);
        Assert.Contains("entra:group:zz", many.Groups.Select(group => group.Name));
        Assert.Equal(OutsideUser.MaxGroups, (await Store.ListPrincipalsAsync(Registry, default)).Count(principal => principal.Kind == PrincipalKind.Group));
    }

    [Fact]
    public async Task Whatever_an_issuer_earned_ends_with_it_and_with_a_change_of_what_it_may()
    {
        var (job, other) = (Principal("job"), Principal("other"));
        await AddAsync(job);
        await AddAsync(other);
        await Store.AddFederatedCredentialAsync(Credential(job, "main", Entra), 2, default);
        await Store.AddFederatedCredentialAsync(Credential(other, "main"), 2, default);
        await Store.AddIssuerAsync(Issuer("entra", Entra), default);
        var ada = await SignInAsync(Ada);

        await Store.PutIssuerAsync(Issuer("entra", Entra), default);
        Assert.Equal((0, 0, 0), (await GenerationAsync(job), await GenerationAsync(other), await GenerationAsync(ada.Record)));
        await Store.PutIssuerAsync(Issuer("entra", Entra) with { Document = """{"people":false}""" }, default);
        Assert.Equal((1, 0, 1), (await GenerationAsync(job), await GenerationAsync(other), await GenerationAsync(ada.Record)));
        await Store.DeleteIssuerAsync(Registry, "entra", default);
        Assert.Equal((2, 0, 2), (await GenerationAsync(job), await GenerationAsync(other), await GenerationAsync(ada.Record)));
    }

    [Fact]
    public async Task An_issuer_that_is_added_replaces_none()
    {
        await RaisesAsync(async () => Assert.Equal(CommitOutcome.Done, await Store.AddIssuerAsync(Issuer("a", "https://a.test"), default)));
        Assert.Equal(CommitOutcome.Exists, await Store.AddIssuerAsync(Issuer("a", "https://b.test"), default));
        Assert.Equal(CommitOutcome.Exists, await Store.AddIssuerAsync(Issuer("b", "https://a.test"), default));
        Assert.Equal(CommitOutcome.Missing, await Store.AddIssuerAsync(Issuer("c", "https://c.test") with { Registry = new RegistryId(long.MaxValue) }, default));
        Assert.Equal("https://a.test", Assert.Single(await Store.ListIssuersAsync(Registry, default)).Url);
    }

    private async Task<PrincipalAccess> SignInAsync(OutsideUser user) =>
        (await Store.FindPrincipalAsync((await Store.SignInUserAsync(user, Monday, default))!.Value, default))!;
}
