using Gantry.Server.Access.Ldap;
using Gantry.Server.Hosting;

namespace Gantry.Server.Tests.Hosting;

public sealed class LdapRulesTests
{
    private static readonly LdapOptions LookUp = new() { Url = "ldaps://directory.example", BindDn = "cn=service", BindPasswordFile = "secret", UserBase = "ou=people" };

    private static readonly LdapOptions Template = new() { Url = "ldap://directory.example", UserDn = "uid={0},ou=people" };

    [Fact]
    public void Both_ways_to_find_people_are_fine()
    {
        Assert.Null(Explain(LookUp));
        Assert.Null(Explain(LookUp with { BindDn = "", BindPasswordFile = null }));
        Assert.Null(Explain(LookUp with { GroupBase = "ou=groups", GroupFilter = "(member={0})", GroupName = "ou", UserFilter = "(&(objectClass=person)(sAMAccountName={0}))", StableId = "objectGUID" }));
        Assert.Null(Explain(Template));
        Assert.Null(Explain(Template with { Url = "ldap://localhost:389", StartTls = false, Remember = TimeSpan.Zero, Registries = ["myregistry"] }));
    }

    [Fact]
    public void What_makes_no_sense_is_said()
    {
        (LdapOptions Options, string Hint)[] cases =
        [
            (new LdapOptions(), "--ldap-url"),
            (LookUp with { Url = "https://directory.example" }, "ldaps://HOST"),
            (LookUp with { Url = "ldap://directory.example", StartTls = false }, "over TLS"),
            (LookUp with { StartTls = false }, "--ldap-no-start-tls is for ldap://"),
            (LookUp with { UserBase = "" }, "either --ldap-user-base"),
            (LookUp with { UserDn = "uid={0}" }, "either --ldap-user-base"),
            (Template with { UserDn = "uid=ada" }, "{0}"),
            (Template with { BindDn = "cn=service", BindPasswordFile = "secret" }, "nobody is looked up"),
            (Template with { UserFilter = "(cn={0})" }, "nobody is looked up"),
            (LookUp with { BindPasswordFile = null }, "come together"),
            (LookUp with { BindDn = "" }, "come together"),
            (LookUp with { UserFilter = "(uid=ada)" }, "filter of people"),
            (LookUp with { UserFilter = "uid={0}" }, "filter of people"),
            (LookUp with { GroupFilter = "(member={0})" }, "--ldap-group-base"),
            (LookUp with { GroupName = "ou" }, "--ldap-group-base"),
            (LookUp with { GroupBase = "ou=groups", GroupFilter = "(member={0}" }, "filter of groups"),
            (LookUp with { StableId = "entry UUID" }, "no attribute"),
            (LookUp with { Name = "our:people" }, "no name"),
            (LookUp with { Registries = ["My-Registry"] }, "--ldap-registry"),
            (LookUp with { Patience = TimeSpan.Zero }, "300 seconds"),
            (LookUp with { Remember = TimeSpan.FromHours(2) }, "an hour at most"),
            (LookUp with { MaxConnections = 65 }, "64"),
        ];
        Assert.All(cases, each => Assert.Contains(each.Hint, Explain(each.Options) ?? "nothing", StringComparison.Ordinal));
    }

    private static string? Explain(LdapOptions options) => OptionRules.Explain(new GantryServerOptions { DataFolder = "data", Ldap = options });
}
