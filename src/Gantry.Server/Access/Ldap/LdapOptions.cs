using Gantry.Protocol;
using Gantry.Server.Access.Federation;

namespace Gantry.Server.Access.Ldap;

/// <summary>The directory that people's passwords are checked with.</summary>
public sealed record LdapOptions
{
    /// <summary>What its users' issuer is called here; a user is found again by it and the stable id.</summary>
    public string Name { get; init; } = "ldap";

    /// <summary>The registries that its people sign in to. None: the server's default registry.</summary>
    public IReadOnlyList<string> Registries { get; init; } = [];

    /// <summary><c>ldaps://host[:636]</c>, or <c>ldap://host[:389]</c> with StartTLS.</summary>
    public string Url { get; init; } = "";

    /// <summary>Whether an ldap:// connection is encrypted before anything is said on it. Without it, plain ldap:// is taken for loopback alone.</summary>
    public bool StartTls { get; init; } = true;

    /// <summary>A file of the certificates that vouch for the directory, instead of the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>The account that looks people up; empty for none.</summary>
    public string BindDn { get; init; } = "";

    /// <summary>The file with that account's password.</summary>
    public string? BindPasswordFile { get; init; }

    /// <summary>Where people bind without being looked up: <c>uid={0},ou=people,dc=example,dc=org</c>. Empty: they are looked up.</summary>
    public string UserDn { get; init; } = "";

    /// <summary>Below which people are.</summary>
    public string UserBase { get; init; } = "";

    /// <summary>Which entry is a person's; <c>{0}</c> is the name that was typed, whatever is in it.</summary>
    public string UserFilter { get; init; } = "(uid={0})";

    /// <summary>Below which groups are; empty where groups do not count.</summary>
    public string GroupBase { get; init; } = "";

    /// <summary>Which groups a person is in; <c>{0}</c> is the person's DN, <c>{1}</c> the name that was typed.</summary>
    public string GroupFilter { get; init; } = "(|(member={0})(uniqueMember={0})(memberUid={1}))";

    /// <summary>The attribute that names a group.</summary>
    public string GroupName { get; init; } = "cn";

    /// <summary>The attribute that stays with a person for good (Active Directory: <c>objectGUID</c>).</summary>
    public string StableId { get; init; } = "entryUUID";

    /// <summary>The attribute that people are shown by.</summary>
    public string DisplayName { get; init; } = "cn";

    /// <summary>So long a right password counts without asking again; a changed password, or a group that was left, counts after it.</summary>
    public TimeSpan Remember { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>So long may the directory take for one answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections at most.</summary>
    public int MaxConnections { get; init; } = 4;

    /// <summary>What is wrong with them, in a sentence; null where nothing is.</summary>
    public string? Fault()
    {
        if (LdapAddress.TryParse(Url) is not { } address)
            return "the directory's address is ldaps://HOST[:PORT] or ldap://HOST[:PORT]";
        if (!address.IsTls && !StartTls && !address.IsLoopback)
            return "passwords go to a directory over TLS: ldaps://, or ldap:// with StartTLS";
        if (UserDn.Length == 0 && UserBase.Length == 0)
            return "name where people are: a base to search below, or a template of their DN";
        if (UserDn.Length > 0 && (!UserDn.Contains("{0}", StringComparison.Ordinal) || UserDn.Contains('\0', StringComparison.Ordinal)))
            return "the template of people's DN has {0} where the name goes";
        if (LdapFilter.TryParse(UserFilter) is null || !UserFilter.Contains("{0}", StringComparison.Ordinal))
            return "the filter of people is no filter (RFC 4515) with {0} in it";
        if (LdapFilter.TryParse(GroupFilter) is null)
            return "the filter of groups is no filter (RFC 4515)";
        if ((BindDn.Length > 0) != (BindPasswordFile is not null))
            return "the account that looks people up has a DN and a file with its password, or neither";
        if (Patience < TimeSpan.FromSeconds(0.1) || Patience > TimeSpan.FromMinutes(5))
            return "the directory is given between 1 and 300 seconds for an answer";
        if (Remember < TimeSpan.Zero || Remember > TimeSpan.FromHours(1))
            return "a right password counts for an hour at most without asking again";
        if (Array.Find([StableId, DisplayName, GroupName], attribute => !LdapName.IsAttribute(attribute)) is { } wrong)
            return $"\"{Printable.Of(wrong)}\" is no attribute's name";
        if (!TrustedIssuer.IsName(Name))
            return "what the directory is called here is no name";
        return MaxConnections is < 1 or > 64 ? "between 1 and 64 connections" : null;
    }
}
