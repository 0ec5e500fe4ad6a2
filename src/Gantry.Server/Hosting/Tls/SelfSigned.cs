using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Server.Storage.FileSystem;

namespace Gantry.Server.Hosting.Tls;

/// <summary>Makes a certificate for this machine and keeps it in the data folder.</summary>
/// <remarks><code>
///   ca.crt       what clients trust. It vouches for one certificate only: its key is gone once it has signed,
///                so that whoever reads the folder cannot make certificates for other hosts
///   server.crt   what the server shows, for a year
///   server.key   readable by the server's user alone
/// </code></remarks>
public static class SelfSigned
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private static readonly TimeSpan RenewalMargin = TimeSpan.FromDays(30);

    /// <summary>The folder's certificate, made anew where it is missing, nearly over, or lacks a host.</summary>
    public static ServerCertificate Ensure(string folder, IReadOnlyList<string> hosts, DateTimeOffset now)
    {
        PrivateFiles.CreateFolderDurably(folder, LocalFiles.Instance);
        var (ca, certificate, key) = (Path.Combine(folder, "ca.crt"), Path.Combine(folder, "server.crt"), Path.Combine(folder, "server.key"));
        var serves = Serves(certificate, key, ca, hosts, now);
        if (!serves)
            Make(ca, certificate, key, hosts, now);
        return ServerCertificate.Load(certificate, key) with { TrustFile = ca, IsNew = !serves };
    }

    private static bool Serves(string certificateFile, string keyFile, string caFile, IReadOnlyList<string> hosts, DateTimeOffset now)
    {
        if (!File.Exists(certificateFile) || !File.Exists(keyFile) || !File.Exists(caFile))
            return false;
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            using var ca = X509CertificateLoader.LoadCertificateFromFile(caFile);
            // The server's certificate is written last: a crash in between leaves a pair that this line tells apart.
            return certificate.IssuerName.RawData.AsSpan().SequenceEqual(ca.SubjectName.RawData)
                && certificate.NotAfter.ToUniversalTime() > (now + RenewalMargin).UtcDateTime
                && hosts.All(host => Names(certificate, host));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    // A wildcard is no host; any host below it is. Right below a top-level name clients take no wildcard: such a host must stand there itself.
    private static bool Names(X509Certificate2 certificate, string host) =>
        certificate.MatchesHostname(host.Replace("*.", "any.", StringComparison.Ordinal), allowWildcards: host[0] == '*' || host.Count(c => c == '.') > 1, allowCommonName: false);

    private static void Make(string caFile, string certificateFile, string keyFile, IReadOnlyList<string> hosts, DateTimeOffset now)
    {
        var (from, to) = (now - TimeSpan.FromDays(1), now + Lifetime);
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var series = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var caRequest = new CertificateRequest($"CN=Gantry {series}", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        caRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        var caIdentifier = new X509SubjectKeyIdentifierExtension(caRequest.PublicKey, critical: false);
        caRequest.CertificateExtensions.Add(caIdentifier);
        using var ca = caRequest.CreateSelfSigned(from, to);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Gantry server", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(caIdentifier));
        request.CertificateExtensions.Add(Names(hosts));
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using var certificate = request.Create(ca, from, to, serial);

        DurableFile.Write(caFile, ca.ExportCertificatePem() + "\n", secret: false);
        DurableFile.Write(keyFile, key.ExportPkcs8PrivateKeyPem() + "\n", secret: true);
        DurableFile.Write(certificateFile, certificate.ExportCertificatePem() + "\n", secret: false);
    }

    private static X509Extension Names(IReadOnlyList<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        }
        return names.Build();
    }
}
