using System.Net;
using System.Net.Sockets;

namespace Gantry.Client.Remote.Transport;

/// <summary>Addresses that mean something else on every network: a stranger who names one points at our own machines.</summary>
internal static class PrivateAddress
{
    private static readonly IPNetwork[] Networks =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("224.0.0.0/4"),
        IPNetwork.Parse("240.0.0.0/4"),
        // Unspecified, loopback, and the old form that carries an IPv4 address.
        IPNetwork.Parse("::/96"),
        IPNetwork.Parse("64:ff9b:1::/48"),
        IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("fec0::/10"),
        IPNetwork.Parse("ff00::/8"),
    ];

    public static bool Contains(IPAddress address)
    {
        // 64:ff9b::/96, 2002::/16 and ::ffff:0:0/96 carry an IPv4 address, which counts instead.
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        else if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.GetAddressBytes() is [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, .. var embedded])
            address = new IPAddress(embedded);
        else if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.GetAddressBytes() is [0x20, 0x02, var a, var b, var c, var d, ..])
            address = new IPAddress([a, b, c, d]);
        return Array.Exists(Networks, network => network.Contains(address));
    }

    /// <summary>The addresses that are not private; null where none is left.</summary>
    public static IPAddress[]? Without(IPAddress[] addresses) =>
        Array.FindAll(addresses, address => !Contains(address)) is { Length: > 0 } left ? left : null;
}
