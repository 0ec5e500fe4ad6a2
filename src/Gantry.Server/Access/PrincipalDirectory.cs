using System.Collections.Concurrent;
using System.Collections.Frozen;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>Finds identities and registries without asking the database again while nothing changed.</summary>
/// <remarks>What was read under an epoch is true while the epoch stays, so a deleted principal or a changed policy counts at the next request.</remarks>
public sealed class PrincipalDirectory(IMetadataStore metadata, TimeProvider time)
{
    private const int MaxKept = 10_000;

    // Names that nobody bears: kept apart, so that made-up ones push nobody out.
    private const int MaxUnknown = 1_000;

    // Of one identity. Each is a row that every node reads again with every change.
    private const int MaxRevoked = 256;

    // No identity's name is as long.
    private const int LongestName = 128;

    private readonly ConcurrentDictionary<RegistryId, Page> _pages = new();
    private readonly ConcurrentDictionary<RegistryId, IdentityNames> _names = new();
    private readonly ConcurrentDictionary<string, (long Epoch, RegistryRecord Registry)> _registries = new(StringComparer.Ordinal);
    private long _lookUps;

    /// <summary>An identity of a registry; null where that registry has none such.</summary>
    public async ValueTask<KnownIdentity?> FindAsync(RegistryId registry, IdentityKey key, CancellationToken ct)
    {
        if (await OpenAsync(registry, ct) is not { } page)
            return null;
        if (page.Identities.TryGetValue(key, out var known))
            return known;
        if (page.Unknown.ContainsKey(key) || key.Name is { Length: > LongestName } || !await NamesOf(registry).MayBeAsync(key, page.Epoch, ct))
            return null;
        Interlocked.Increment(ref _lookUps);
        var found = await ReadAsync(page.Access, key, ct);
        page.Keep(key, found);
        return found;
    }

    /// <summary>The principal that a client's certificate stands for; null where none of the registry does, or more than one: nobody is guessed.</summary>
    public async ValueTask<IdentityKey?> FindByCertificateAsync(RegistryId registry, ClientCertificate certificate, CancellationToken ct)
    {
        if (await OpenAsync(registry, ct) is not { } page)
            return null;
        if (page.Certificates.TryGetValue((certificate.Issuer, certificate.Subject), out var known))
            return known;
        var credentials = await metadata.ListFederatedCredentialsAsync(registry, certificate.Issuer, ct);
        var named = credentials.Where(credential => CertificateCredential.Means(credential.Document, certificate)).Select(credential => credential.Principal).Distinct().ToList();
        IdentityKey? found = named is [var only] ? IdentityKey.OfPrincipal(only) : null;
        page.Keep((certificate.Issuer, certificate.Subject), found);
        return found;
    }

    /// <summary>Identities that were asked for one by one.</summary>
    internal long LookUps => Interlocked.Read(ref _lookUps);

    internal IdentityNames NamesOf(RegistryId registry) => _names.TryGetValue(registry, out var names) ? names : _names.GetOrAdd(registry, id => new IdentityNames(metadata, id, time));

    /// <summary>Who nobody is in a registry.</summary>
    public async ValueTask<Caller> FindAnonymousAsync(RegistryId registry, CancellationToken ct) => (await OpenAsync(registry, ct))?.Anonymous ?? Callers.Nobody;

    /// <summary>Whether a token was ended before its time, by itself or with the one that earned it.</summary>
    public async ValueTask<bool> IsRevokedAsync(RegistryId registry, VerifiedToken token, CancellationToken ct) =>
        await OpenAsync(registry, ct) is not { } page || (page.Revoked.Count > 0 && (page.Revoked.Contains(token.Id) || (token.Session is { } session && page.Revoked.Contains(session))));

    /// <summary>Ends an identity's token before its time.</summary>
    public ValueTask RevokeAsync(RegistryId registry, VerifiedToken token, IdentityKey identity, CancellationToken ct)
    {
        var owner = new TokenOwner(identity.Kind == CallerKind.Principal ? identity.Id : null, identity.Name);
        return metadata.RevokeTokenAsync(registry, token.Id, owner, token.Expires, MaxRevoked, ct);
    }

    /// <summary>Whether a run of the registry is under way with this lease. Never remembered: leases end by time.</summary>
    public async ValueTask<bool> IsUnderWayAsync(RegistryId registry, Guid lease, DateTimeOffset now, CancellationToken ct) =>
        await metadata.FindRunAsync(lease, ct) is { } run && run.Key.Registry == registry && run.IsLeased(lease, now);

    /// <summary>The registry of that name; null where there is none.</summary>
    public async ValueTask<RegistryRecord?> FindRegistryAsync(string name, CancellationToken ct)
    {
        if (_registries.TryGetValue(name, out var known) && await metadata.ReadEpochAsync(known.Registry.Id, ct) == known.Epoch)
            return known.Registry;
        var found = await metadata.FindRegistryAsync(name, ct);
        if (found is null)
            return null;
        // Read twice on purpose: what is kept under an epoch must have been read after it.
        var epoch = await metadata.ReadEpochAsync(found.Id, ct);
        found = await metadata.FindRegistryAsync(name, ct);
        if (found is not null)
            _registries[name] = (epoch, found);
        return found;
    }

    private async ValueTask<Page?> OpenAsync(RegistryId registry, CancellationToken ct)
    {
        // The epoch is read first: what is read afterwards is at least as new.
        var epoch = await metadata.ReadEpochAsync(registry, ct);
        if (_pages.TryGetValue(registry, out var page) && page.Epoch == epoch && page.Count < MaxKept)
            return page;
        if (await metadata.ReadAccessAsync(registry, time.GetUtcNow(), ct) is not { } access)
            return null;
        return _pages[registry] = new Page(epoch, access);
    }

    private async ValueTask<KnownIdentity?> ReadAsync(RegistryAccess registry, IdentityKey key, CancellationToken ct)
    {
        switch (key.Kind)
        {
            case CallerKind.Principal:
                return await metadata.FindPrincipalAsync(key.Id, ct) is { } principal && principal.Record.Registry == registry.Registry.Id
                    ? new KnownIdentity(Callers.Of(registry, principal), [.. principal.Secrets.Select(secret => new KnownSecret(secret.Hash, secret.Ends))])
                    : null;
            case CallerKind.ScopedToken:
                return await metadata.FindScopedTokenAsync(registry.Registry.Id, key.Name!, ct) is { } token
                    ? new KnownIdentity(Callers.Of(registry, token), [.. token.Token.Passwords.Select(password => new KnownSecret(password.Hash, password.Ends))])
                    : null;
            case CallerKind.AdminUser:
                var admin = await metadata.FindAdminUserAsync(registry.Registry.Id, ct);
                return new KnownIdentity(Callers.Of(registry, admin), [.. admin.Passwords.Select(password => new KnownSecret(password.Hash, Ends: null))]);
            default:
                return null;
        }
    }

    private sealed class Page(long epoch, RegistryAccess access)
    {
        private int _count;
        private int _unknown;

        public long Epoch => epoch;

        public RegistryAccess Access => access;

        public Caller Anonymous { get; } = Callers.Anonymous(access);

        public FrozenSet<string> Revoked { get; } = access.RevokedTokens.ToFrozenSet(StringComparer.Ordinal);

        public ConcurrentDictionary<IdentityKey, KnownIdentity> Identities { get; } = new();

        public ConcurrentDictionary<IdentityKey, bool> Unknown { get; } = new();

        public ConcurrentDictionary<(string Issuer, string Subject), IdentityKey?> Certificates { get; } = new();

        /// <summary>Kept beside the dictionaries, whose own count takes every one of its locks.</summary>
        public int Count => Volatile.Read(ref _count);

        public void Keep(IdentityKey key, KnownIdentity? identity)
        {
            if (identity is null)
            {
                if (Volatile.Read(ref _unknown) < MaxUnknown && Unknown.TryAdd(key, true))
                    Interlocked.Increment(ref _unknown);
            }
            else if (Identities.TryAdd(key, identity))
            {
                Interlocked.Increment(ref _count);
            }
        }

        public void Keep((string Issuer, string Subject) certificate, IdentityKey? identity)
        {
            if (Certificates.TryAdd(certificate, identity))
                Interlocked.Increment(ref _count);
        }
    }
}
