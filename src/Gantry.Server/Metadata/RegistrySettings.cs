using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Gantry.Server.Metadata;

/// <summary>What a registry is told beside its name. Each change counts at the next request.</summary>
public sealed record RegistrySettings
{
    public static readonly RegistrySettings Default = new();

    private IPNetwork[] _networks = [];

    /// <summary>Whether the admin user may sign in.</summary>
    public bool AdminUserEnabled { get; init; }

    /// <summary>Whether only the repository roles open content (ACR's <c>AbacRepositoryPermissions</c>).</summary>
    public bool RepositoryRolesOnly { get; init; }

    /// <summary>Whether the catalog shows each caller what they may read, in place of being refused to those who may not read everything.</summary>
    public bool CatalogByRights { get; init; }

    /// <summary>Whether tokens made for the management API are exchanged too (ACR's <c>azureADAuthenticationAsArmPolicy</c>).</summary>
    public bool RefusesArmTokens { get; init; }

    /// <summary>Whether addresses that no rule names are refused.</summary>
    public bool RefusesOtherAddresses { get; init; }

    /// <summary>Addresses and CIDR ranges that are let in while <see cref="RefusesOtherAddresses"/>.</summary>
    public IReadOnlyList<string> AllowedAddresses
    {
        get;
        // Read here and not when they are asked for: a copy with other rules would keep the first one's.
        init => (field, _networks) = (value ?? [], [.. (value ?? []).Select(TryReadNetwork).OfType<IPNetwork>()]);
    } = [];

    /// <summary>The owner's own words about the registry.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    /// <summary>Whether requests for content may come from an address.</summary>
    public bool LetsIn(IPAddress address)
    {
        if (!RefusesOtherAddresses)
            return true;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _networks.Any(network => network.Contains(plain));
    }

    /// <summary>Reads an address or a range in CIDR notation; null where the text is neither, or would match other addresses than it seems to: <c>1</c>, <c>0x7f.1</c>, <c>10.0.0.5/8</c>, <c>::ffff:10.0.0.1</c>.</summary>
    public static IPNetwork? TryReadNetwork(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (TryReadAddress(slash < 0 ? text : text[..slash]) is not { } address)
            return null;
        var bytes = address.GetAddressBytes();
        var bits = bytes.Length * 8;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
            return null;
        for (var bit = length; bit < bits; bit++)
        {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0)
                return null;
        }
        return new IPNetwork(address, length);
    }

    /// <summary>IPv4 in its one form; IPv6 in any, without a zone, and none that stands for an IPv4 address: those are compared as IPv4.</summary>
    private static IPAddress? TryReadAddress(string text) =>
        IPAddress.TryParse(text, out var address) && !address.IsIPv4MappedToIPv6 && !text.AsSpan().ContainsAny("[]%")
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text)
            ? address
            : null;

    public string ToJson() => JsonSerializer.Serialize(this, MetadataJson.Default.RegistrySettings);

    /// <exception cref="InvalidDataException">No program wrote that.</exception>
    public static RegistrySettings Read(string json)
    {
        if (json == "{}")
            return Default;
        try
        {
            return JsonSerializer.Deserialize(json, MetadataJson.Default.RegistrySettings) ?? Default;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("the database holds settings of a registry that are none", e);
        }
    }
}
