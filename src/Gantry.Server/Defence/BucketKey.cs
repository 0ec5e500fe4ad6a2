using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Gantry.Server.Metadata;

namespace Gantry.Server.Defence;

/// <summary>Whose bucket it is. Names go in as hashes under this process's own seed: nobody outside can choose two that meet.</summary>
/// <param name="Value">The key.</param>
public readonly record struct BucketKey(ulong Value)
{
    // Multicast, which is no sender's: no IPv6 prefix is taken for an IPv4 address.
    private const ulong IPv4 = 0xFFFF_FFFF_0000_0000;

    // 64 bits: what a provider gives to one customer, who may send from any address in it (RFC 6177).
    private const int PrefixBytes = 8;

    public static BucketKey Of(RegistryId registry) => new((uint)HashCode.Combine(registry.Value) | ((ulong)(uint)HashCode.Combine(registry.Value, IPv4) << 32));

    public static BucketKey Of(RegistryId registry, string name) =>
        new((uint)HashCode.Combine(registry.Value, name) | ((ulong)(uint)HashCode.Combine(name.Length, name, registry.Value) << 32));

    /// <summary>An IPv4 address, or the first 64 bits of an IPv6 one. Without an address, as on the workers' socket, all are one.</summary>
    public static BucketKey Of(IPAddress? address)
    {
        if (address is null)
            return new(IPv4);
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            address.TryWriteBytes(bytes, out _);
            return new(IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes));
        }
        address.TryWriteBytes(bytes, out _);
        return address.IsIPv4MappedToIPv6
            ? new(IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]))
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes[..PrefixBytes]));
    }

    /// <summary>The same in another registry is another.</summary>
    public BucketKey In(RegistryId registry) => new(Value ^ Of(registry).Value);
}
