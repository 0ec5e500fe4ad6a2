using System.Globalization;
using System.Net;
using Gantry.Protocol;

namespace Gantry.Cli.Options;

/// <summary>One <c>--resolve host:port:address[:address_port]</c>: where to connect for a host and port.</summary>
internal static class ResolveRule
{
    /// <summary>Where several are for one host and port, the last one counts.</summary>
    /// <exception cref="CommandException">A text is not such a rule.</exception>
    public static Dictionary<(string Host, int Port), DnsEndPoint> ParseAll(IEnumerable<string> texts)
    {
        var rules = new Dictionary<(string, int), DnsEndPoint>();
        foreach (var (from, to) in texts.Select(Parse))
            rules[from] = to;
        return rules;
    }

    /// <exception cref="CommandException">The text is not such a rule.</exception>
    public static ((string Host, int Port) From, DnsEndPoint To) Parse(string text)
    {
        var (first, rest) = Cut(text);
        var (second, target) = Cut(rest);
        if (first.Length == 0 || target.Length == 0)
            throw Problem(text, "expecting host:port:address[:address_port]");
        if (!TryPort(second, out var port))
            throw Problem(text, "the port of the host is a number from 1 to 65535");

        // An IPv6 address stands in brackets when a port follows, and may stand bare when none does.
        var (address, addressPort) = (target, port);
        if (target is ['[', ..] && target.IndexOf(']', StringComparison.Ordinal) is > 0 and var bracket)
        {
            address = target[1..bracket];
            if (target.Length > bracket + 1 && (target[bracket + 1] != ':' || !TryPort(target[(bracket + 2)..], out addressPort)))
                throw Problem(text, "the port of the address is a number from 1 to 65535");
        }
        else if (target.Count(c => c == ':') == 1)
        {
            (address, var last) = Cut(target);
            if (!TryPort(last, out addressPort))
                throw Problem(text, "the port of the address is a number from 1 to 65535");
        }
        if (!IPAddress.TryParse(address, out _))
            throw Problem(text, "expecting an IP address");
        return ((first, port), new DnsEndPoint(address, addressPort));
    }

    private static (string Before, string After) Cut(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? (text[..colon], text[(colon + 1)..]) : (text, "");

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;

    private static CommandException Problem(string text, string problem) =>
        CommandException.WrongUsage($"failed to parse resolve flag \"{Printable.Of(text)}\": {problem}");
}
