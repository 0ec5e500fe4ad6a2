using System.Globalization;
using Gantry.Server;
using Gantry.Server.Access.Ldap;

namespace Gantry.Cli.Commands.Serve;

/// <summary>The settings of the directory that knows people's passwords: a part of <see cref="ServeSettings.All"/>.</summary>
internal static class LdapSettings
{
    public static IReadOnlyList<ServeSetting> All { get; } =
    [
        new("ldap-url", SettingKind.Text, "URL", "directory whose people sign in with their passwords: ldaps://HOST[:PORT], or ldap://HOST[:PORT] with StartTLS",
            (options, values) => With(options, ldap => ldap with { Url = values[^1] })),
        new("ldap-no-start-tls", SettingKind.Switch, "", "ask an ldap:// directory of this machine without encryption",
            (options, values) => options.Ldap is null && !ServeSetting.IsTrue(values[^1]) ? options : With(options, ldap => ldap with { StartTls = !ServeSetting.IsTrue(values[^1]) })),
        new("ldap-ca-file", SettingKind.Path, "FILE", "PEM file of the authorities that the directory's certificate may come from (default the system's)",
            (options, values) => With(options, ldap => ldap with { CaFile = values[^1] })),
        new("ldap-bind-dn", SettingKind.Text, "DN", "account that looks people and groups up (default none)",
            (options, values) => With(options, ldap => ldap with { BindDn = values[^1] })),
        new("ldap-bind-password-file", SettingKind.Path, "FILE", "file with that account's password",
            (options, values) => With(options, ldap => ldap with { BindPasswordFile = values[^1] })),
        new("ldap-user-base", SettingKind.Text, "DN", "below which people are looked up",
            (options, values) => With(options, ldap => ldap with { UserBase = values[^1] })),
        new("ldap-user-filter", SettingKind.Text, "FILTER", "which entry is a person's; {0} is the name that was typed (default (uid={0}))",
            (options, values) => With(options, ldap => ldap with { UserFilter = values[^1] })),
        new("ldap-user-dn", SettingKind.Text, "TEMPLATE", "people's DN, with {0} where the name goes, instead of looking them up",
            (options, values) => With(options, ldap => ldap with { UserDn = values[^1] })),
        new("ldap-group-base", SettingKind.Text, "DN", "below which groups are (default groups do not count)",
            (options, values) => With(options, ldap => ldap with { GroupBase = values[^1] })),
        new("ldap-group-filter", SettingKind.Text, "FILTER", "which groups are a person's; {0} is the person's DN, {1} the name that was typed (default (|(member={0})(uniqueMember={0})(memberUid={1})))",
            (options, values) => With(options, ldap => ldap with { GroupFilter = values[^1] })),
        new("ldap-group-attribute", SettingKind.Text, "NAME", "attribute that names a group (default cn)",
            (options, values) => With(options, ldap => ldap with { GroupName = values[^1] })),
        new("ldap-id-attribute", SettingKind.Text, "NAME", "attribute that stays with a person for good (default entryUUID)",
            (options, values) => With(options, ldap => ldap with { StableId = values[^1] })),
        new("ldap-display-attribute", SettingKind.Text, "NAME", "attribute that people are shown by (default cn)",
            (options, values) => With(options, ldap => ldap with { DisplayName = values[^1] })),
        new("ldap-name", SettingKind.Text, "NAME", "what the directory is called in the names of its people and groups (default ldap)",
            (options, values) => With(options, ldap => ldap with { Name = values[^1] })),
        new("ldap-registry", SettingKind.List, "REGISTRY", "registry that its people sign in to (default the one of --name)",
            (options, values) => With(options, ldap => ldap with { Registries = [.. values] })),
        new("ldap-remember", SettingKind.Seconds, "SECONDS", "how long a right password counts without asking again; 0 asks each time (default 60)",
            (options, values) => With(options, ldap => ldap with { Remember = Seconds(values) })),
        new("ldap-timeout", SettingKind.Seconds, "SECONDS", "how long the directory may take for an answer (default 10)",
            (options, values) => With(options, ldap => ldap with { Patience = Seconds(values) })),
        new("ldap-connections", SettingKind.Number, "N", "connections to the directory, for look-ups and for passwords each (default 4)",
            (options, values) => With(options, ldap => ldap with { MaxConnections = (int)Math.Min(long.Parse(values[^1], CultureInfo.InvariantCulture), int.MaxValue) })),
    ];

    private static GantryServerOptions With(GantryServerOptions options, Func<LdapOptions, LdapOptions> change) =>
        options with { Ldap = change(options.Ldap ?? new LdapOptions()) };

    private static TimeSpan Seconds(IReadOnlyList<string> values) => TimeSpan.FromSeconds(long.Parse(values[^1], CultureInfo.InvariantCulture));
}
