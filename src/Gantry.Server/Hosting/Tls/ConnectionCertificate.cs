using System.Security.Cryptography.X509Certificates;
using Gantry.Server.Access;

namespace Gantry.Server.Hosting.Tls;

/// <summary>A connection's feature where its client proved to hold a certificate. Judged at the handshake, and again when the authorities or their lists change, or one of them ends.</summary>
internal sealed class ConnectionCertificate
{
    private readonly ClientAuthorities _authorities;
    private readonly byte[] _certificate;
    private readonly byte[][] _others;
    private volatile Judged _judged;

    /// <param name="authorities">Whose word counts.</param>
    /// <param name="certificate">The client's.</param>
    /// <param name="others">What it sent with it.</param>
    /// <param name="verdict">What the handshake found.</param>
    public ConnectionCertificate(ClientAuthorities authorities, X509Certificate2 certificate, X509Certificate2Collection others, ClientVerdict verdict)
    {
        (_authorities, _certificate) = (authorities, certificate.RawData);
        _others = [.. others.Select(other => other.RawData)];
        _judged = new Judged(verdict);
    }

    /// <summary>Whether a connection without one would have been refused.</summary>
    public bool IsRequired => _authorities.Auth == ClientAuth.Require;

    /// <summary>The certificate, where it still counts.</summary>
    public ClientCertificate? Find(DateTimeOffset now)
    {
        var judged = _judged;
        // What did not count then does not count later either, unless the authorities changed.
        if (judged.Verdict.Generation != _authorities.Generation || (judged.Verdict.Verified is not null && now > judged.Verdict.Until))
            _judged = judged = Judge(now);
        return judged.Verdict.Verified;
    }

    private Judged Judge(DateTimeOffset now)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(_certificate);
        var others = new X509Certificate2Collection();
        try
        {
            foreach (var other in _others)
                others.Add(X509CertificateLoader.LoadCertificate(other));
            return new Judged(_authorities.Judge(certificate, others, now));
        }
        finally
        {
            foreach (var other in others)
                other.Dispose();
        }
    }

    /// <summary>A reference, for the reader must not see half of one verdict and half of another.</summary>
    private sealed record Judged(ClientVerdict Verdict);
}
