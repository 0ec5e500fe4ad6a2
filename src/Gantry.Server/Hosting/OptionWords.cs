using System.Net;
using Gantry.Protocol;
using Gantry.Server.Http.Forwarding;

namespace Gantry.Server.Hosting;

/// <summary>Options that are words.</summary>
public static class OptionWords
{
    /// <exception cref="FormatException">The text is none of the words.</exception>
    public static Registry.VerifyReads VerifyReads(string text) => text switch
    {
        "first" => Registry.VerifyReads.First,
        "always" => Registry.VerifyReads.Always,
        "never" => Registry.VerifyReads.Never,
        _ => throw new FormatException("write first, always or never"),
    };

    /// <exception cref="FormatException">The text is none of the words.</exception>
    public static ClientAuth ClientAuth(string text) => text switch
    {
        "allow" => Hosting.ClientAuth.Allow,
        "require" => Hosting.ClientAuth.Require,
        _ => throw new FormatException("write allow or require"),
    };

    /// <exception cref="FormatException">The text is none of the words.</exception>
    public static AcmeChallengeKind AcmeChallenge(string text) => text switch
    {
        "http-01" => AcmeChallengeKind.Http01,
        "tls-alpn-01" => AcmeChallengeKind.TlsAlpn01,
        _ => throw new FormatException("write http-01 or tls-alpn-01"),
    };

    /// <summary>An address, or those that share its first bits: <c>10.1.2.3</c>, <c>10.0.0.0/8</c>.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static IPNetwork Network(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var problem = $"\"{Printable.Of(text)}\" is neither an address nor a range like 10.0.0.0/8";
        if (!ForwardedNode.TryReadAddress(slash < 0 ? text : text[..slash], out var address))
            throw new FormatException(problem);
        var bits = address.GetAddressBytes().Length * 8;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out length) || length > bits))
            throw new FormatException(problem);
        if (length == 0)
            throw new FormatException($"\"{Printable.Of(text)}\" is everybody: name the proxies");
        // The framework drops the bits beyond; whoever wrote them meant something else.
        return IPNetwork.TryParse($"{address}/{length}", out var network) && network.BaseAddress.Equals(address)
            ? network
            : throw new FormatException($"\"{Printable.Of(text)}\" is no range: it has bits beyond the first {length}");
    }
}
