using System.Net;
using System.Text.Json;

namespace Gantry.Server.Metadata;

/// <summary>What a registry is told beside its name. Each change counts at the next request.</summary>
public sealed record RegistrySettings
{
    public static readonly RegistrySettings Default = new();

    private IPNetwork[]? _networks;

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
    public IReadOnlyList<string> AllowedAddresses { get; init => field = value ?? []; } = [];

    /// <summary>The owner's own words about the registry.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    /// <summary>Whether requests for content may come from an address.</summary>
    public bool LetsIn(IPAddress address)
    {
        if (!RefusesOtherAddresses)
            return true;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (_networks ??= [.. AllowedAddresses.Select(TryReadNetwork).OfType<IPNetwork>()]).Any(network => network.Contains(plain));
    }

    /// <summary>Reads an address or a range in CIDR notation; null where the text is neither.</summary>
    public static IPNetwork? TryReadNetwork(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : IPNetwork.TryParse(text, out var network) ? network
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
