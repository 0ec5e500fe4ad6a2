using System.Globalization;

namespace Gantry.Server.Access.Ldap;

/// <summary>Where a directory listens (RFC 4516, of which only scheme, host and port are taken).</summary>
public sealed record LdapAddress(string Host, int Port, bool IsTls)
{
    public bool IsLoopback => new UriBuilder("ldap", Host).Uri.IsLoopback;

    /// <summary>Reads <c>ldap://host[:port]</c> or <c>ldaps://host[:port]</c>; null for everything else.</summary>
    public static LdapAddress? TryParse(string text)
    {
        if (text.Length > 300 || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("ldap" or "ldaps") || uri.Host.Length == 0)
            return null;
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.AbsolutePath is not ("" or "/"))
            return null;
        var isTls = uri.Scheme == "ldaps";
        return new LdapAddress(uri.Host.Trim('[', ']'), uri.IsDefaultPort || uri.Port <= 0 ? (isTls ? 636 : 389) : uri.Port, isTls);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsTls ? "ldaps" : "ldap")}://{Host}:{Port}");
}
