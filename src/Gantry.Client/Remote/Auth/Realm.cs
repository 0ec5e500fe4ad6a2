using System.Net;
using Gantry.Client.Remote.Transport;

namespace Gantry.Client.Remote.Auth;

/// <summary>Where tokens are asked for, after the rules that a registry's <c>realm</c> must keep.</summary>
/// <remarks>
/// The realm receives our credentials, and the registry chooses it freely: Docker Hub's is another host. So it may be
/// <list type="number">
/// <item>the registry's own host, any port, under a scheme that is not weaker than the registry's (GHSA-28r5-37g7-p6mp);</item>
/// <item>another host over https, unless that is written as a private or loopback address (GHSA-xf85-363p-868w).</item>
/// </list>
/// A name that resolves to such an address is caught when it is dialled: <see cref="Dialer"/>.
/// </remarks>
internal static class Realm
{
    /// <exception cref="ForeignOriginException">The realm breaks a rule; the message says which.</exception>
    public static Uri Check(string? realm, Origin registry)
    {
        if (!Uri.TryCreate(realm, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
            throw new ForeignOriginException($"{registry.Host} names no realm of HTTP to ask for a token");
        var target = Origin.Of(url);
        if (url.UserInfo.Length > 0)
            throw new ForeignOriginException($"{registry.Host} names a realm with credentials of its own in it");
        if (registry.IsHttps && !target.IsHttps)
            throw new ForeignOriginException($"{registry.Host} is reached over https, but its realm {target} is http: credentials were not sent");
        if (target.Host == registry.Host)
            return url;
        if (IPAddress.TryParse(target.Host.Trim('[', ']'), out var address) && PrivateAddress.Contains(address))
            throw new ForeignOriginException($"{registry.Host} names the private address {target.Host} as its realm: credentials were not sent");
        return target.IsHttps
            ? url
            : throw new ForeignOriginException($"{registry.Host} names {target} as its realm: another host must be asked over https");
    }
}
