using System.Net;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Server.Registry;
using Gantry.Server.Runs;

namespace Gantry.Server.Hosting;

/// <summary>Says what is wrong with a server's options, before anything is opened.</summary>
public static class OptionRules
{
    /// <summary>Whether the text names a registry: 5 to 50 lower-case letters and digits.</summary>
    public static bool IsRegistryName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c))
                return false;
        }
        return name.Length is >= 5 and <= 50;
    }

    /// <summary>The first problem, or null.</summary>
    public static string? Explain(GantryServerOptions options)
    {
        if (options.DataFolder.Length == 0)
            return "a data folder is needed";
        if (options.Listen.Count == 0)
            return "an address to listen on is needed";
        foreach (var name in RegistryNames(options))
        {
            if (!IsRegistryName(name))
                return $"\"{Printable.Of(name)}\" cannot name a registry: 5 to 50 lower-case letters and digits";
        }
        foreach (var host in options.HostMap.Keys)
        {
            if (!RegistryName.TryParse(host, out _))
                return $"\"{Printable.Of(host)}\" in the host map is not a host";
        }
        if (options.Domain is { } domain && !(RegistryName.TryParse(domain, out var parsed) && parsed.Host.Length == domain.Length))
            return $"\"{Printable.Of(domain)}\" is not a domain";
        if (options.Notice is { } notice && WarningHeader.Explain(notice) is { } problem)
            return $"the notice cannot be sent: {problem}";
        if (options.Limits.Registry.MaxManifestBytes > RegistryLimits.LargestManifest)
            return $"manifests may have up to {RegistryLimits.LargestManifest} bytes, not {options.Limits.Registry.MaxManifestBytes}: each is a line of a backup";
        if (options.Audit.FileBytes > options.Audit.MaxBytes)
            return $"of an audit record of {options.Audit.MaxBytes} bytes no file can have {options.Audit.FileBytes}: make --audit-file-bytes smaller";
        // A proxy's word for the host would be believed, and a web page's browser may be the one that speaks.
        if (options.Dev && options.TrustedProxies.Count > 0)
            return "development mode knows a web page's requests by their host: --dev and --trusted-proxy do not go together";
        return ExplainBuild(options) ?? TlsRules.Explain(options) ?? LdapRules.Explain(options) ?? options.Listen.Select(address => ExplainAddress(options, address)).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>Every registry that the options name, the default first.</summary>
    public static IReadOnlyList<string> RegistryNames(GantryServerOptions options) =>
    [
        .. new[] { options.Name }.Concat(options.Listen.Select(address => address.Registry).OfType<string>()).Concat(options.HostMap.Values).Distinct(),
    ];

    /// <summary>Why a host's images cannot come from this URL; null where they can.</summary>
    public static string? ExplainMirror(string host, string url)
    {
        if (!RegistryName.TryParse(host, out _))
            return $"\"{Printable.Of(host)}\" cannot have a mirror: it is not a host";
        return Uri.TryCreate(url, UriKind.Absolute, out var mirror) && mirror.Scheme is ("http" or "https") && mirror.UserInfo.Length == 0 && mirror.Query.Length == 0
            ? null
            // Not repeated where it may hold a password.
            : $"{(url.Contains('@', StringComparison.Ordinal) ? "a URL with a user in it" : $"\"{Printable.Of(url)}\"")} cannot mirror {host}: give http://HOST or https://HOST, perhaps with a path";
    }

    private static string? ExplainBuild(GantryServerOptions options)
    {
        foreach (var (host, url) in options.Build.Mirrors)
        {
            if (ExplainMirror(host, url) is { } problem)
                return problem;
        }
        // Whole seconds travel to the worker; beyond an hour the run of a lost worker would be as good as lost.
        if (options.Build.LeaseLifetime < TimeSpan.FromSeconds(1) || options.Build.LeaseLifetime > TimeSpan.FromHours(1))
            return "a lease lasts from 1 to 3600 seconds";
        // Each waits for a lease with a request of its own.
        if (options.Build.MaxBuilds is < 1 or > BuildOptions.MostBuilds)
            return $"a worker builds 1 to {BuildOptions.MostBuilds} images at a time, not {options.Build.MaxBuilds}";
        // What an address of a Unix socket has room for (unix(7)), less the NUL at its end.
        return options.WorkerSocket is { } socket && System.Text.Encoding.UTF8.GetByteCount(socket) > 107
            ? $"the workers' socket \"{Printable.Of(socket)}\" has a path of more than 107 bytes"
            : null;
    }

    private static string? ExplainAddress(GantryServerOptions options, ListenAddress address)
    {
        if (address.Host is not ("localhost" or "*") && !IPAddress.TryParse(address.Host, out _))
            return $"cannot listen on \"{Printable.Of(address.Host)}\": give localhost, an IP address, or * for every address";
        if (address.IsLoopback)
            return null;
        if (options.Dev)
            return $"{address} can be reached by other machines: development mode gives whoever connects every right, so it listens on loopback only";
        return address.Secure || options.InsecureListen || Tls.ChallengesOnly.Is(options, address)
            ? null
            : $"{address} can be reached by other machines, who would read passwords on the way: use https, or say --insecure-listen";
    }
}
