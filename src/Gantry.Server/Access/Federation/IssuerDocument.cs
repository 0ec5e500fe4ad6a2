namespace Gantry.Server.Access.Federation;

/// <summary>What an issuer says about itself: of its discovery document the part that matters here.</summary>
/// <param name="Issuer">Its address, in its own words.</param>
/// <param name="KeySet">Where its keys are published.</param>
public sealed record IssuerDocument(string Issuer, Uri KeySet)
{
    /// <summary>Reads the document of an issuer; null with a reason where it is not that issuer's or names an address that must not be asked.</summary>
    /// <param name="json">The document.</param>
    /// <param name="expected">The issuer that was asked. Whoever answers for another one could sign for it.</param>
    /// <param name="allowPrivate">Whether private addresses, and with them http to loopback, are allowed.</param>
    /// <param name="reason">Why it is refused.</param>
    public static IssuerDocument? TryParse(ReadOnlyMemory<byte> json, string expected, bool allowPrivate, out string reason)
    {
        using var document = OutsideJson.TryParse(json);
        if (document is null)
        {
            reason = "its discovery document is not a JSON object";
            return null;
        }
        var issuer = OutsideJson.Text(document.RootElement, "issuer");
        if (!string.Equals(issuer, expected, StringComparison.Ordinal))
        {
            reason = "its discovery document is another issuer's";
            return null;
        }
        // A document that came over TLS does not lead to keys that did not.
        if (!IssuerAddress.TryParse(OutsideJson.Text(document.RootElement, "jwks_uri"), allowPrivate, out var keys)
            || (keys!.Scheme == Uri.UriSchemeHttp && expected.StartsWith("https:", StringComparison.OrdinalIgnoreCase)))
        {
            reason = "its discovery document names no address of keys that may be asked";
            return null;
        }
        reason = "";
        return new IssuerDocument(expected, keys);
    }
}
