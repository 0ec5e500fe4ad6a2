using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Gantry.Server.Hosting;

/// <summary>An address to listen on, and the registry that is meant there whatever host a client names.</summary>
/// <param name="Secure">Whether it speaks TLS.</param>
/// <param name="Host"><c>localhost</c>, an IP address without brackets, or <c>*</c> for every address.</param>
/// <param name="Port">0 for a free one.</param>
/// <param name="Registry">The registry meant, or null to go by the host.</param>
public sealed record ListenAddress(bool Secure, string Host, int Port, string? Registry)
{
    public static readonly ListenAddress Default = new(Secure: false, "localhost", 5000, Registry: null);

    public string Scheme => Secure ? "https" : "http";

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Reads <c>http://localhost:5000</c> or <c>https://0.0.0.0:5443=myregistry</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">What it says.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var url = equals < 0 ? text : text[..equals];
        var registry = equals < 0 ? null : text[(equals + 1)..];
        var secure = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        problem = $"\"{Protocol.Printable.Of(text)}\" is no address to listen on: give http://HOST:PORT or https://HOST:PORT, perhaps followed by =REGISTRY";
        if (!secure && !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return false;
        var authority = url.AsSpan(secure ? 8 : 7).TrimEnd('/');
        var colon = authority.LastIndexOf(':');
        var bracket = authority.LastIndexOf(']');
        var port = secure ? 443 : 80;
        if (colon > bracket)
        {
            if (!ushort.TryParse(authority[(colon + 1)..], System.Globalization.NumberStyles.None, null, out var given))
                return false;
            port = given;
            authority = authority[..colon];
        }
        var host = authority.Trim("[]").ToString().ToLowerInvariant();
        if (host is not ("localhost" or "*") && !IPAddress.TryParse(host, out _))
        {
            // Not repeated where it may hold a password.
            problem = $"cannot listen on {(host.Contains('@', StringComparison.Ordinal) ? "an address with a user in it" : $"\"{Protocol.Printable.Of(host)}\"")}: give localhost, an IP address, or * for every address";
            return false;
        }
        address = new ListenAddress(secure, host, port, registry);
        problem = null;
        return true;
    }

    /// <summary>The URL under which a client on this machine reaches it once the port is known.</summary>
    public Uri UrlAt(int port)
    {
        var host = Host switch
        {
            "*" or "0.0.0.0" or "::" => "localhost",
            _ when Host.Contains(':', StringComparison.Ordinal) => $"[{Host}]",
            _ => Host,
        };
        return new Uri($"{Scheme}://{host}:{port}");
    }

    public override string ToString() => $"{Scheme}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}
