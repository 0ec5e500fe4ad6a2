using System.Collections.Concurrent;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access.Federation;

/// <summary>The issuers that registries trust, read again only where something changed.</summary>
public sealed class IssuerDirectory(IMetadataStore store)
{
    private readonly ConcurrentDictionary<RegistryId, (long Epoch, IReadOnlyList<TrustedIssuer> Issuers)> _kept = new();

    public async ValueTask<IReadOnlyList<TrustedIssuer>> ListAsync(RegistryId registry, CancellationToken ct)
    {
        // The epoch is read first: what is read afterwards is at least as new.
        var epoch = await store.ReadEpochAsync(registry, ct);
        if (_kept.TryGetValue(registry, out var kept) && kept.Epoch == epoch)
            return kept.Issuers;
        IReadOnlyList<TrustedIssuer> read = [.. (await store.ListIssuersAsync(registry, ct)).Select(issuer => FederationJson.ReadIssuer(issuer.Document)).OfType<TrustedIssuer>()];
        _kept[registry] = (epoch, read);
        return read;
    }
}
