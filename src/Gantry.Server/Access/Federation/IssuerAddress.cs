namespace Gantry.Server.Access.Federation;

/// <summary>The rule of addresses that an issuer has and names.</summary>
public static class IssuerAddress
{
    /// <summary>Longer ones are none.</summary>
    public const int MaxLength = 512;

    private const string Discovery = "/.well-known/openid-configuration";

    /// <summary>What is wrong with an issuer's address, to follow "the issuer"; null where nothing is (OpenID Connect Discovery 1.0, 3).</summary>
    public static string? Fault(string text, bool allowPrivate) => (TryParse(text, allowPrivate, out var address), address) switch
    {
        (false, _) => "has an address that is not an https URL (http: for loopback alone, where private addresses are allowed)",
        (_, { Query.Length: > 0 }) => "has an address with a query",
        _ => null,
    };

    /// <summary>Reads an address that may be asked: https, or http to loopback where private addresses are allowed; no user, no fragment.</summary>
    public static bool TryParse(string? text, bool allowPrivate, out Uri? address)
    {
        address = null;
        if (text is null || text.Length > MaxLength || text.AsSpan().ContainsAnyExceptInRange('!', '~') || text.Contains('\\', StringComparison.Ordinal))
            return false;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var read) || read.UserInfo.Length > 0 || read.Fragment.Length > 0 || read.Host.Length == 0)
            return false;
        if (read.Scheme != Uri.UriSchemeHttps && !(read.Scheme == Uri.UriSchemeHttp && allowPrivate && read.IsLoopback))
            return false;
        address = read;
        return true;
    }

    /// <summary>Where an issuer describes itself.</summary>
    public static Uri DiscoveryOf(string issuer) => new(issuer.TrimEnd('/') + Discovery);
}
