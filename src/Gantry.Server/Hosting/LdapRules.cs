using Gantry.Protocol;
using Gantry.Server.Access.Ldap;

namespace Gantry.Server.Hosting;

/// <summary>Says what is wrong with the settings of the directory.</summary>
internal static class LdapRules
{
    private static readonly LdapOptions Defaults = new();

    /// <summary>The first problem, or null.</summary>
    public static string? Explain(GantryServerOptions options)
    {
        if (options.Ldap is not { } ldap)
            return null;
        if (ldap.Url.Length == 0)
            return "the directory's address is missing: give --ldap-url ldaps://HOST";
        if (ldap.UserDn.Length == 0 == (ldap.UserBase.Length == 0))
            return "where people are is said once: give either --ldap-user-base DN, below which they are looked up, or --ldap-user-dn with {0} where the name goes";
        if (ldap.UserDn.Length > 0 && ldap.BindDn.Length > 0)
            return "--ldap-bind-dn looks people up below --ldap-user-base; with --ldap-user-dn nobody is looked up";
        if (ldap.UserDn.Length > 0 && ldap.UserFilter != Defaults.UserFilter)
            return "--ldap-user-filter looks people up below --ldap-user-base; with --ldap-user-dn nobody is looked up";
        if (ldap.BindDn.Length > 0 != ldap.BindPasswordFile is not null)
            return "--ldap-bind-dn and --ldap-bind-password-file come together";
        if (ldap.GroupBase.Length == 0 && (ldap.GroupFilter != Defaults.GroupFilter || ldap.GroupName != Defaults.GroupName))
            return "where groups are is missing: give --ldap-group-base DN";
        if (LdapAddress.TryParse(ldap.Url) is { IsTls: true } && !ldap.StartTls)
            return "--ldap-no-start-tls is for ldap:// addresses: ldaps:// is encrypted from the start";
        if (ldap.Registries.FirstOrDefault(name => !OptionRules.IsRegistryName(name)) is { } wrong)
            return $"\"{Printable.Of(wrong)}\" cannot name a registry of --ldap-registry: 5 to 50 lower-case letters and digits";
        return ldap.Fault();
    }
}
