using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.Server.Tests.Hosting.Tls;

/// <summary>An authority of a test, with one below it, that issues what a test asks for.</summary>
internal sealed class Issuer : IDisposable
{
    public const string ForClients = "1.3.6.1.5.5.7.3.2";
    public const string ForServers = "1.3.6.1.5.5.7.3.1";

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly X509Certificate2 _signer;

    public Issuer(string name = "Test authority", Issuer? above = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (above is null)
        {
            _signer = request.CreateSelfSigned(_now.AddDays(-30), _now.AddDays(30));
            return;
        }
        using var signed = request.Create(above._signer, _now.AddDays(-29), _now.AddDays(29), RandomNumberGenerator.GetBytes(8));
        _signer = signed.CopyWithPrivateKey(key);
    }

    public X509Certificate2 Certificate => _signer;

    public string Pem => _signer.ExportCertificatePem() + "\n";

    /// <param name="subject">A distinguished name.</param>
    /// <param name="names">Alternative names: <c>uri:…</c>, <c>dns:…</c>, <c>email:…</c>; raw text, checked by nobody.</param>
    /// <param name="usage">An extended key usage, or null for any.</param>
    /// <param name="until">In days from now.</param>
    public X509Certificate2 Issue(string subject, IReadOnlyList<string> names, string? usage = ForClients, double until = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names.Count > 0)
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", Encode(names), critical: false));
        var serial = RandomNumberGenerator.GetBytes(12);
        using var signed = request.Create(_signer, _now.AddDays(-20), _now.AddDays(until), serial);
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>A revocation list, PEM.</summary>
    public string Revoke(double nextUpdate, params IReadOnlyList<X509Certificate2> revoked)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
            list.AddEntry(certificate, _now.AddDays(-21));
        return PemEncoding.WriteString("X509 CRL", list.Build(_signer, 1, _now.AddDays(nextUpdate), HashAlgorithmName.SHA256, thisUpdate: _now.AddDays(-21))) + "\n";
    }

    public void Dispose() => _signer.Dispose();

    private static byte[] Encode(IReadOnlyList<string> names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var name in names)
            {
                var colon = name.IndexOf(':', StringComparison.Ordinal);
                var tag = name[..colon] switch { "email" => 1, "dns" => 2, _ => 6 };
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name[(colon + 1)..], new Asn1Tag(TagClass.ContextSpecific, tag));
            }
        }
        return writer.Encode();
    }
}
