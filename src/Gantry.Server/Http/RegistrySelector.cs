using System.Collections.Frozen;
using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Http.Runs;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Finds the registry that a request means.</summary>
/// <remarks><code>
///   (0) the workers' socket      NAME.localhost, by name
///   (1) the address it came to   --listen URL=REGISTRY
///   (2) its host, exactly        the host map, with the port or without
///   (3) NAME.DOMAIN              an unknown NAME is nobody's
///   (4) any other host           the default registry
/// </code></remarks>
public sealed class RegistrySelector
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    private readonly PrincipalDirectory _directory;
    private readonly FrozenDictionary<string, string> _hosts;
    private readonly string _default;
    private readonly string? _suffix;
    private readonly IReadOnlyList<Hosting.ListenAddress> _listen;

    private readonly IReadOnlyList<Uri> _bound;

    /// <param name="options">What leads where.</param>
    /// <param name="directory">Finds the registries.</param>
    /// <param name="bound">The listening addresses with their ports, in the order of the options.</param>
    public RegistrySelector(GantryServerOptions options, PrincipalDirectory directory, IReadOnlyList<Uri> bound)
    {
        _bound = bound;
        _directory = directory;
        _hosts = options.HostMap.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _default = options.Name;
        _suffix = options.Domain is { } domain ? "." + domain.ToLowerInvariant() : null;
        _listen = options.Listen;
    }

    /// <summary>The registry; null where the host names one below the domain that does not exist.</summary>
    public ValueTask<RegistryRecord?> SelectAsync(HttpContext http, RegistryName host, CancellationToken ct)
    {
        // (0)
        if (http.Features.Get<WorkerConnection>() is not null && WorkerConnection.RegistryOf(host.Host) is { } own)
            return Hosting.OptionRules.IsRegistryName(own) ? _directory.FindRegistryAsync(own, ct) : default;

        // (1)
        if (http.Features.Get<ListenRegistry>() is { } meant)
            return _directory.FindRegistryAsync(meant.Name, ct);

        // (2)
        var hosts = _hosts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (hosts.TryGetValue(host.ToString(), out var name) || hosts.TryGetValue(host.Host, out name))
            return _directory.FindRegistryAsync(name, ct);

        // (3)
        // A dot at the end makes a name absolute (RFC 1034 section 3.1); it is the same name.
        var bare = host.Host.TrimEnd('.');
        if (_suffix is not null && bare.EndsWith(_suffix, StringComparison.OrdinalIgnoreCase))
        {
            var label = bare[..^_suffix.Length].ToString().ToLowerInvariant();
            return Hosting.OptionRules.IsRegistryName(label) ? _directory.FindRegistryAsync(label, ct) : default;
        }

        // (4)
        return _directory.FindRegistryAsync(_default, ct);
    }

    /// <summary>Every host that leads to a registry, the one first that a client named.</summary>
    public IReadOnlyList<string> HostsOf(string registry, RegistryName asked)
    {
        var hosts = new List<string> { asked.ToString() };
        var ports = _bound.Select(PortOf).Distinct().ToList();
        foreach (var (host, name) in _hosts)
        {
            if (name == registry)
                hosts.AddRange(host.Contains(':', StringComparison.Ordinal) ? [host] : [host, .. ports.Select(port => host + port)]);
        }
        if (_suffix is not null)
            hosts.AddRange(ports.Select(port => registry + _suffix + port));
        for (var i = 0; i < _bound.Count; i++)
        {
            if ((_listen[i].Registry ?? _default) == registry)
                hosts.AddRange(_bound[i].IsLoopback ? [.. Loopback.Select(host => host + PortOf(_bound[i]))] : [_bound[i].Authority]);
        }
        return [.. hosts.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static string PortOf(Uri address) => address.IsDefaultPort ? "" : $":{address.Port}";

    /// <summary>The host under which a client that reached <paramref name="asked"/> reaches another registry; null where no host leads there.</summary>
    public string? LoginServerOf(string registry, RegistryName asked)
    {
        var port = asked.ToString()[asked.Host.Length..];
        if (_suffix is not null)
            return registry + _suffix + port;
        foreach (var (host, name) in _hosts)
        {
            if (name == registry)
                return host.Contains(':', StringComparison.Ordinal) ? host : host + port;
        }
        return _listen.FirstOrDefault(address => address.Registry == registry && address.Port != 0) is { } own
            ? own.UrlAt(own.Port).Authority
            : null;
    }
}
