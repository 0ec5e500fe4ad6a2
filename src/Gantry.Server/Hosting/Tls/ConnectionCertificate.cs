using System.Security.Cryptography.X509Certificates;
using Gantry.Server.Access;

namespace Gantry.Server.Hosting.Tls;

/// <summary>A connection's feature where its client proved to hold a certificate. Judged at the handshake, and again when the authorities or their lists change.</summary>
internal sealed class ConnectionCertificate
{
    private readonly ClientAuthorities _authorities;
    private readonly byte[] _certificate;
    private readonly byte[][] _others;
    private volatile Judged _judged;

    /// <param name="authorities">Whose word counts.</param>
    /// <param name="certificate">The client's.</param>
    /// <param name="others">What it sent with it.</param>
    /// <param name="verified">What the handshake found.</param>
    /// <param name="generation">Of the authorities that it found it with.</param>
    public ConnectionCertificate(ClientAuthorities authorities, X509Certificate2 certificate, X509Certificate2Collection others, ClientCertificate verified, int generation)
    {
        (_authorities, _certificate) = (authorities, certificate.RawData);
        _others = [.. others.Select(other => other.RawData)];
        _judged = new Judged(verified, generation);
    }

    /// <summary>Whether a connection without one would have been refused.</summary>
    public bool IsRequired => _authorities.Auth == ClientAuth.Require;

    /// <summary>The certificate, where it still counts.</summary>
    public ClientCertificate? Find(DateTimeOffset now)
    {
        var judged = _judged;
        if (judged.Generation != _authorities.Generation)
            _judged = judged = Judge(now);
        return judged.Verified is { } verified && now <= verified.NotAfter ? verified : null;
    }

    private Judged Judge(DateTimeOffset now)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(_certificate);
        var others = new X509Certificate2Collection();
        try
        {
            foreach (var other in _others)
                others.Add(X509CertificateLoader.LoadCertificate(other));
            var verdict = _authorities.Judge(certificate, others, now);
            return new Judged(verdict.Verified, verdict.Generation);
        }
        finally
        {
            foreach (var other in others)
                other.Dispose();
        }
    }

    private sealed record Judged(ClientCertificate? Verified, int Generation);
}
