using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.Server.Hosting.Tls;

/// <summary>The certificate that the server shows, with those that lead to its root.</summary>
/// <param name="Certificate">With its private key.</param>
/// <param name="Chain">Shown after it; perhaps empty.</param>
/// <param name="TrustFile">What clients must trust; null where the certificate came from elsewhere.</param>
public sealed record ServerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain, string? TrustFile) : IDisposable
{
    /// <summary>Whether this start made it, so that clients do not trust it yet.</summary>
    public bool IsNew { get; init; }

    /// <exception cref="ServerOptionsException">The files cannot be read, or do not belong together.</exception>
    public static ServerCertificate Load(string certificateFile, string keyFile)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            var certificate = Usable(X509Certificate2.CreateFromPemFile(certificateFile, keyFile));
            if (chain.Count > 0)
            {
                chain[0].Dispose();
                chain.RemoveAt(0);
            }
            return new ServerCertificate(certificate, chain, TrustFile: null);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ServerOptionsException($"cannot use the certificate {certificateFile} with the key {keyFile}: {e.Message}", e);
        }
    }

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
