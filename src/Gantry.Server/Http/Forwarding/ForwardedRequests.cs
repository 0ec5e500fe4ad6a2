using System.Globalization;
using System.Net;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gantry.Server.Http.Forwarding;

/// <summary>Sees a request as its client sent it, where trusted proxies brought it.</summary>
/// <remarks><code>
///   X-Forwarded-For: spoofed, 198.51.100.7, 10.0.0.2        peer 10.0.0.1, trusted
///                    (3) never  (2) the client  (1) trusted, it says who came to it
/// </code>
/// Each proxy writes at the right end, so reading begins there and ends with the first address that is not trusted: what stands left of it was that one's to write.
/// Scheme and host are the rightmost ones of <c>X-Forwarded-…</c>, which the peer itself wrote; of <c>Forwarded</c> they are those beside the client's address.
/// </remarks>
/// <param name="trusted">Whose word counts. Of anybody else these headers are as if they were not there.</param>
public sealed class ForwardedRequests(IReadOnlyList<IPNetwork> trusted)
{
    private const string Standard = "Forwarded";
    private const string For = "X-Forwarded-For";
    private const string Proto = "X-Forwarded-Proto";
    private const string Host = "X-Forwarded-Host";
    private const string Port = "X-Forwarded-Port";

    /// <summary>Puts the client's scheme, host and address in the place of the proxy's.</summary>
    /// <returns>Whether a trusted proxy brought the request.</returns>
    /// <exception cref="RegistryException">A trusted proxy wrote what cannot be read: nothing is guessed.</exception>
    public bool Apply(HttpContext http)
    {
        if (trusted.Count == 0 || !IsTrusted(http.Connection.RemoteIpAddress))
            return false;
        var headers = http.Request.Headers;
        var informal = headers.ContainsKey(For) || headers.ContainsKey(Proto) || headers.ContainsKey(Host) || headers.ContainsKey(Port);
        if (headers.TryGetValue(Standard, out var forwarded))
        {
            // A proxy that writes one of the two passes the other one on as anybody sent it, and we cannot know which.
            if (informal)
                throw Refuse("the request has Forwarded and X-Forwarded headers: let the proxy remove those that it does not write");
            ApplyStandard(http, forwarded);
        }
        else if (informal)
        {
            ApplyInformal(http);
        }
        return true;
    }

    private void ApplyStandard(HttpContext http, StringValues header)
    {
        if (!ForwardedElement.TryParse(string.Join(',', header.ToArray()), out var elements))
            throw Refuse("the Forwarded header cannot be read");
        for (var i = elements.Count - 1; i >= 0; i--)
        {
            var element = elements[i];
            SetScheme(http, element.Proto);
            SetHost(http, element.Host, port: null);
            if (element.For?.Address is not { } address)
                return;
            SetClient(http, address);
            if (!IsTrusted(address))
                return;
        }
    }

    private void ApplyInformal(HttpContext http)
    {
        var headers = http.Request.Headers;
        SetScheme(http, Rightmost(headers[Proto]));
        SetHost(http, Rightmost(headers[Host]), Rightmost(headers[Port]));
        // Lines in the order in which they came are one list (RFC 9110 section 5.3).
        var chain = string.Join(',', headers[For].ToArray()).AsSpan();
        while (!chain.IsEmpty)
        {
            var comma = chain.LastIndexOf(',');
            if (!ForwardedNode.TryParse(chain[(comma + 1)..].Trim(" \t"), out var node))
                throw Refuse($"{For} does not end with an address");
            if (node.Address is not { } address)
                return;
            SetClient(http, address);
            if (comma < 0 || !IsTrusted(address))
                return;
            chain = chain[..comma];
        }
    }

    private bool IsTrusted(IPAddress? address)
    {
        if (address is null)
            return false;
        // A socket of both families names IPv4 clients so.
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in trusted)
        {
            if (network.Contains(plain))
                return true;
        }
        return false;
    }

    private static void SetClient(HttpContext http, IPAddress address)
    {
        http.Connection.RemoteIpAddress = address;
        http.Connection.RemotePort = 0;
    }

    private static void SetScheme(HttpContext http, string? scheme)
    {
        if (scheme is null)
            return;
        http.Request.Scheme = scheme.Equals("https", StringComparison.OrdinalIgnoreCase) ? "https"
            : scheme.Equals("http", StringComparison.OrdinalIgnoreCase) ? "http"
            : throw Refuse("the forwarded scheme is neither http nor https");
    }

    private static void SetHost(HttpContext http, string? host, string? port)
    {
        if (host is not null)
        {
            if (!RegistryName.TryParse(host, null, out _))
                throw Refuse("the forwarded host is not a host");
            http.Request.Host = new HostString(host);
        }
        if (port is null)
            return;
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            throw Refuse("the forwarded port is not a port");
        // A host that names its port knows better: it is what the client typed.
        if (http.Request.Host is { HasValue: true, Port: null } bare && number != (http.Request.IsHttps ? 443 : 80))
            http.Request.Host = new HostString($"{bare.Value}:{number}");
    }

    /// <summary>The last value of the last line; null where there is none.</summary>
    private static string? Rightmost(StringValues values)
    {
        if (values is not [.., { } last])
            return null;
        return last.AsSpan(last.LastIndexOf(',') + 1).Trim(" \t").ToString();
    }

    private static RegistryException Refuse(string message) => new(ErrorCode.RequestInvalid, message);
}
