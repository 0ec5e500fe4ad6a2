using System.Collections.Concurrent;
using Gantry.Client.Remote;
using Gantry.Protocol.Naming;

namespace Gantry.Build.Sources;

/// <summary>The registries of a build: one client for each, under one rule about where connections may go.</summary>
/// <remarks><code>
///   own registry, mirror   its own origin may be private; what it redirects to, and its realms, may not
///   every other            no private address at all
///   AllowPrivate           as any client: a private registry may lead to private places, a public one may not
/// </code>
/// The address that is dialled is the one that is checked, so neither DNS nor a redirect nor a realm leads around it.
/// </remarks>
public sealed class RegistryAccess(RegistryAccessOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<RegistryClient>> _clients = new(StringComparer.Ordinal);

    public RegistryAccessOptions Options => options;

    /// <summary>The client of a registry, its mirror left aside. Not to be disposed by the caller.</summary>
    public RegistryClient ClientOf(RegistryName registry) =>
        options.Own.Contains(registry)
            ? ClientOf(options.OwnAddress ?? registry, plainHttp: null, isTrusted: true)
            : ClientOf(registry, plainHttp: null, isTrusted: false);

    /// <summary>A repository of the registry itself: where images go.</summary>
    public RemoteRepository RepositoryOf(Reference reference) => ClientOf(reference.Registry).GetRepository(reference.Repository);

    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(client => client.IsValueCreated))
            client.Value.Dispose();
    }

    /// <summary>The places to ask for a repository, in order: its mirror, then itself.</summary>
    internal IEnumerable<ImagePlace> PlacesOf(Reference reference)
    {
        if (MirrorOf(reference.Registry) is { } mirror)
        {
            var name = RegistryName.Parse(mirror.IsDefaultPort ? mirror.Host : mirror.Authority);
            var prefix = mirror.AbsolutePath.Trim('/');
            var repository = RepositoryName.Parse(prefix.Length > 0 ? $"{prefix}/{reference.Repository}" : reference.Repository.ToString());
            // A mirror inside the own registry is read as whoever the build works for.
            var client = options.Own.Contains(name) ? ClientOf(name) : ClientOf(name, mirror.Scheme == Uri.UriSchemeHttp, isTrusted: true);
            yield return new ImagePlace(client.GetRepository(repository), Mirror: name);
        }
        yield return new ImagePlace(RepositoryOf(reference), Mirror: null);
    }

    private Uri? MirrorOf(RegistryName registry)
    {
        foreach (var name in registry.ToString() is "docker.io" or "index.docker.io" or "registry-1.docker.io" ? ["docker.io", "index.docker.io", "registry-1.docker.io"] : (string[])[registry.ToString()])
        {
            if (options.Mirrors.GetValueOrDefault(name) is { } mirror)
                return mirror;
        }
        return null;
    }

    private RegistryClient ClientOf(RegistryName registry, bool? plainHttp, bool isTrusted)
    {
        var key = $"{registry} {plainHttp} {isTrusted}";
        return _clients.GetOrAdd(key, _ => new Lazy<RegistryClient>(() => Create(registry, plainHttp, isTrusted))).Value;
    }

    private RegistryClient Create(RegistryName registry, bool? plainHttp, bool isTrusted)
    {
        var connection = options.Connection(registry);
        return new RegistryClient(registry, connection with
        {
            PlainHttp = plainHttp ?? connection.PlainHttp,
            PrivateAddresses = options.AllowPrivate ? connection.PrivateAddresses
                : isTrusted ? PrivateAddressRule.OwnOriginOnly
                : PrivateAddressRule.Never,
        });
    }
}
