using System.Globalization;

namespace Gantry.Server.Metadata.Postgres;

/// <summary>One of the servers that a database may be on: a name, an address, or the folder of a Unix socket.</summary>
public readonly record struct PostgresHost(string Name, int Port)
{
    /// <summary>Reads <c>HOST</c>, <c>HOST:PORT</c> or <c>[IPv6]:PORT</c>; a socket's folder begins with <c>%2F</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PostgresHost host)
    {
        host = default;
        var name = text;
        var port = PostgresAddress.DefaultPort;
        var colon = text.LastIndexOf(':');
        // The colons of an IPv6 address are within its brackets.
        if (colon > text.LastIndexOf(']'))
        {
            name = text[..colon];
            if (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
                return false;
        }
        if (name is ['[', .. var inner, ']'])
        {
            if (!System.Net.IPAddress.TryParse(inner, out var address) || address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
                return false;
            host = new PostgresHost(address.ToString(), port);
            return true;
        }
        if (name.StartsWith("%2F", StringComparison.OrdinalIgnoreCase))
            name = Uri.UnescapeDataString(name);
        else if (name.Length == 0 || name.ContainsAnyExcept(HostCharacters))
            return false;
        if (name.ContainsAnyInRange('\0', '\u001f') || name.ContainsAny(";,'\""))
            return false;
        host = new PostgresHost(name.ToString(), port);
        return true;
    }

    public override string ToString() => Name switch
    {
        ['/', ..] => Uri.EscapeDataString(Name) + $":{Port}",
        _ when Name.Contains(':', StringComparison.Ordinal) => $"[{Name}]:{Port}",
        _ => $"{Name}:{Port}",
    };

    private static readonly System.Buffers.SearchValues<char> HostCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
}
