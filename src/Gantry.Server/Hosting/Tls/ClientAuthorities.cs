using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Server.Access;

namespace Gantry.Server.Hosting.Tls;

/// <summary>The authorities whose clients are known by their certificates, and what they revoked.</summary>
/// <remarks>
/// A chain must end at one of the bundle's self-signed certificates, be valid now and meant for clients (or for anything). Nothing is fetched: neither issuers nor lists.
/// </remarks>
internal sealed class ClientAuthorities
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly WatchedFiles _files;
    private readonly string _place;
    private volatile Bundle _bundle;

    /// <exception cref="ServerOptionsException">The files cannot be used.</exception>
    public ClientAuthorities(TlsOptions options)
    {
        Auth = options.ClientAuth;
        var revocations = options.ClientRevocationFile;
        _place = revocations is null ? options.ClientAuthorityFile! : $"{options.ClientAuthorityFile} and {revocations}";
        _files = new WatchedFiles(revocations is null ? [options.ClientAuthorityFile!] : [options.ClientAuthorityFile!, revocations]);
        _bundle = ReadChanged(generation: 1)!;
    }

    public ClientAuth Auth { get; }

    /// <summary>Grows with each change of the files.</summary>
    public int Generation => _bundle.Generation;

    /// <summary>Looks at the files again.</summary>
    /// <returns>Whether they changed.</returns>
    /// <exception cref="ServerOptionsException">They changed and cannot be used; the old ones stay.</exception>
    public bool Reload()
    {
        if (ReadChanged(_bundle.Generation + 1) is not { } changed)
            return false;
        // The old certificates are left to the collector: a handshake may be reading them.
        _bundle = changed;
        return true;
    }

    /// <summary>The rules of one chain. Each has its own, because building changes it.</summary>
    public X509ChainPolicy CreatePolicy(DateTimeOffset now) => CreatePolicy(_bundle, now);

    private static X509ChainPolicy CreatePolicy(Bundle bundle, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = now.LocalDateTime,
        };
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        policy.CustomTrustStore.AddRange(bundle.Roots);
        policy.ExtraStore.AddRange(bundle.Intermediates);
        return policy;
    }

    /// <param name="certificate">The client's.</param>
    /// <param name="others">What it sent with it; perhaps issuers in between.</param>
    /// <param name="now">The time that counts.</param>
    public ClientVerdict Judge(X509Certificate2 certificate, X509Certificate2Collection others, DateTimeOffset now)
    {
        var bundle = _bundle;
        using var chain = new X509Chain { ChainPolicy = CreatePolicy(bundle, now) };
        chain.ChainPolicy.ExtraStore.AddRange(others);
        try
        {
            var built = chain.Build(certificate);
            return built ? JudgeBuilt(certificate, chain, bundle, now) : new ClientVerdict(null, Problem(chain), bundle.Generation);
        }
        catch (CryptographicException e)
        {
            return new ClientVerdict(null, e.Message, bundle.Generation);
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    private static ClientVerdict JudgeBuilt(X509Certificate2 certificate, X509Chain chain, Bundle bundle, DateTimeOffset now)
    {
        var path = chain.ChainElements.Select(element => element.Certificate).ToList();
        var until = path.Min(certificate => new DateTimeOffset(certificate.NotAfter));
        for (var i = 0; i < path.Count - 1; i++)
        {
            var lists = bundle.Revocations.Where(list => list.IsOf(path[i + 1])).ToList();
            if (lists.Count == 0)
                continue;
            // Nothing is taken back by a newer list, nor by one of another part: what any of them revokes is revoked.
            if (lists.Any(list => list.Revokes(path[i])))
                return new ClientVerdict(null, $"{path[i].Subject} is revoked", bundle.Generation);
            // A list that is over says nothing of what was revoked since.
            var told = lists.Max(list => list.NextUpdate);
            if (told < now)
                return new ClientVerdict(null, $"the revocation list of {path[i + 1].Subject} is over", bundle.Generation);
            until = told < until ? told : until;
        }
        return ClientNames.TryRead(certificate, out var names)
            ? new ClientVerdict(Describe(certificate, names, path[^1]), null, bundle.Generation) { Until = until }
            : new ClientVerdict(null, "it names nobody, or in a way that cannot be read", bundle.Generation);
    }

    private static ClientCertificate Describe(X509Certificate2 certificate, ClientNames names, X509Certificate2 root) => new()
    {
        Issuer = $"x509:{Hash(root)}",
        Subject = names.Subject,
        Thumbprint = Hash(certificate),
        DistinguishedName = certificate.Subject,
        IssuerName = root.Subject,
        Uris = names.Uris,
        DnsNames = names.DnsNames,
        Emails = names.Emails,
        NotAfter = new DateTimeOffset(certificate.NotAfter),
    };

    private static string Problem(X509Chain chain) =>
        chain.ChainStatus is [var first, ..] ? first.StatusInformation.Trim() : "it cannot be verified";

    private static string Hash(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span));

    private Bundle? ReadChanged(int generation)
    {
        try
        {
            return _files.ReadChanged() is { } texts ? Bundle.Of(texts[0], texts.ElementAtOrDefault(1), generation) : null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or ArgumentException)
        {
            throw new ServerOptionsException($"cannot use the clients' authorities in {_place}: {e.Message}", e);
        }
    }

    private sealed record Bundle(X509Certificate2Collection Roots, X509Certificate2Collection Intermediates, IReadOnlyList<RevocationList> Revocations, int Generation)
    {
        public static Bundle Of(string authorities, string? revocations, int generation)
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(authorities);
            X509Certificate2Collection roots = [.. all.Where(IsSelfIssued)];
            if (roots.Count == 0)
                throw new CryptographicException("there is no certificate that its authority signed itself, at which chains could end");
            var lists = revocations is null ? [] : RevocationList.ReadAll(revocations);
            foreach (var list in lists)
            {
                if (!all.Any(list.IsOf))
                    throw new CryptographicException("a revocation list is signed by none of these authorities");
            }
            return new Bundle(roots, [.. all.Where(certificate => !IsSelfIssued(certificate))], lists, generation);
        }

        private static bool IsSelfIssued(X509Certificate2 certificate) =>
            certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
    }
}
