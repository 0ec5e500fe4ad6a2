using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.Server.Hosting.Tls;

/// <summary>The certificate that the server shows, with those that lead to its root.</summary>
/// <param name="Certificate">With its private key.</param>
/// <param name="Chain">Shown after it; perhaps empty.</param>
/// <param name="TrustFile">What clients must trust; null where the certificate came from elsewhere.</param>
public sealed record ServerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain, string? TrustFile) : IDisposable
{
    private SslStreamCertificateContext? _context;

    /// <summary>Whether this start made it, so that clients do not trust it yet.</summary>
    public bool IsNew { get; init; }

    /// <summary>What handshakes take: the chain as it was given. Nothing is fetched from anywhere to complete it.</summary>
    public SslStreamCertificateContext Context => _context ??= SslStreamCertificateContext.Create(Certificate, Chain, offline: true);

    public DateTimeOffset NotBefore => new(Certificate.NotBefore);

    public DateTimeOffset NotAfter => new(Certificate.NotAfter);

    /// <exception cref="ServerOptionsException">The files cannot be read, or do not belong together.</exception>
    public static ServerCertificate Load(string certificateFile, string keyFile)
    {
        try
        {
            return FromPem(File.ReadAllText(certificateFile), File.ReadAllText(keyFile));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unusable(certificateFile, keyFile, e);
        }
    }

    /// <param name="certificates">The server's own first.</param>
    /// <param name="key">Its private key, not encrypted.</param>
    /// <exception cref="CryptographicException">The texts are no certificates and key, or do not belong together.</exception>
    /// <exception cref="ArgumentException">As above.</exception>
    internal static ServerCertificate FromPem(string certificates, string key)
    {
        var certificate = Usable(X509Certificate2.CreateFromPem(certificates, key));
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificates);
        if (chain.Count > 0)
        {
            chain[0].Dispose();
            chain.RemoveAt(0);
        }
        return new ServerCertificate(certificate, chain, TrustFile: null);
    }

    internal static ServerOptionsException Unusable(string certificateFile, string keyFile, Exception e) =>
        new($"cannot use the certificate {certificateFile} with the key {keyFile}: {e.Message}", e);

    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var certificate in Chain)
            certificate.Dispose();
    }

    /// <summary>Windows serves no certificate whose key never was in a key container.</summary>
    internal static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
            return certificate;
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
