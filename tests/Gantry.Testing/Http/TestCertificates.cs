using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.Testing.Http;

/// <summary>A certificate authority of a test, and what it signs.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DateTimeOffset _from = TimeProvider.System.GetUtcNow().AddDays(-1);
    private readonly DateTimeOffset _until = TimeProvider.System.GetUtcNow().AddDays(1);
    private readonly X509Certificate2 _root;

    public TestCertificates()
    {
        var request = new CertificateRequest("CN=Test root", _rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        _root = request.CreateSelfSigned(_from, _until.AddHours(1));
    }

    /// <summary>The authority's certificate.</summary>
    public string Pem => _root.ExportCertificatePem();

    /// <summary>A certificate with its key for host names; also fit for a client.</summary>
    public X509Certificate2 Issue(params ReadOnlySpan<string> hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var serial = RandomNumberGenerator.GetBytes(8);
        using var signed = request.Create(_root, _from, _until, serial);
        using var withKey = signed.CopyWithPrivateKey(key);
        // SChannel cannot use a key that lives in memory alone; a round trip through PKCS#12 makes it usable everywhere.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null);
    }

    public void Dispose()
    {
        _root.Dispose();
        _rootKey.Dispose();
    }
}
