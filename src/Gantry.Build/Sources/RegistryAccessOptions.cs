using Gantry.Client.Remote;
using Gantry.Protocol.Naming;

namespace Gantry.Build.Sources;

/// <summary>Which registries a build may reach, and how.</summary>
public sealed record RegistryAccessOptions
{
    /// <summary>Names of the registry that the build works for. It may have a private address.</summary>
    public IReadOnlyList<RegistryName> Own { get; init; } = [];

    /// <summary>Where that registry is really asked, whichever of its names was used; null for the name itself.</summary>
    public RegistryName? OwnAddress { get; init; }

    /// <summary>What is asked instead of a registry, by the registry's name: <c>http(s)://host[:port][/prefix]</c>, where the prefix comes before repository names. A mirror may have a private address.</summary>
    public IReadOnlyDictionary<string, Uri> Mirrors { get; init; } = new Dictionary<string, Uri>();

    /// <summary>Reach private addresses too, and use the proxies of the environment: for builds by and for the user of this machine.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>How a registry is reached: credentials, certificates, a socket. Asked once for each; the egress rule is added to what it says.</summary>
    public Func<RegistryName, RegistryClientOptions> Connection { get; init; } = static _ => new RegistryClientOptions();
}
