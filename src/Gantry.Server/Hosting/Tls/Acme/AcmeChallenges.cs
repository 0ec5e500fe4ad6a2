using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>What the validators of an ACME authority are shown while an order runs.</summary>
internal sealed class AcmeChallenges(TimeProvider time) : IDisposable
{
    /// <summary>RFC 8555 section 8.3.</summary>
    public const string PathPrefix = "/.well-known/acme-challenge/";

    private const string AcmeIdentifier = "1.3.6.1.5.5.7.1.31";

    private readonly ConcurrentDictionary<string, byte[]> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ServerCertificate> _certificates = new(StringComparer.OrdinalIgnoreCase);

    public void Answer(string token, string keyAuthorization) => _answers[token] = Encoding.ASCII.GetBytes(keyAuthorization);

    public void Show(string host, string keyAuthorization) => _certificates[host] = Make(host, keyAuthorization);

    /// <summary>Ends them all. The certificates are left to the collector: a handshake may hold one.</summary>
    public void Clear()
    {
        _answers.Clear();
        _certificates.Clear();
    }

    /// <summary>What a validator of this host is shown; null where none is expected.</summary>
    public SslStreamCertificateContext? Find(string host) => _certificates.TryGetValue(host, out var made) ? made.Context : null;

    public static bool Owns(HttpContext http) => http.Request.Path.StartsWithSegments(PathPrefix[..^1], StringComparison.Ordinal);

    /// <summary>Answers a validator, who names no registry and knows no credentials.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        var token = http.Request.Path.Value is { } path && path.StartsWith(PathPrefix, StringComparison.Ordinal) ? path[PathPrefix.Length..] : "";
        var known = _answers.TryGetValue(token, out var answer);
        if (!known || !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = answer!.Length;
        if (HttpMethods.IsGet(http.Request.Method))
            await http.Response.Body.WriteAsync(answer, http.RequestAborted);
    }

    /// <summary>Answers anything else at an address that is open for validators only.</summary>
    public static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsync("This address answers ACME challenges only. Use https.\n", http.RequestAborted);
    }

    public void Dispose()
    {
        foreach (var certificate in _certificates.Values)
            certificate.Dispose();
        Clear();
    }

    /// <summary>RFC 8737 section 3: it names the host alone and carries the hash of the answer in an extension that nobody else may pass over.</summary>
    private ServerCertificate Make(string host, string keyAuthorization)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ACME challenge", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var hash = new AsnWriter(AsnEncodingRules.DER);
        hash.WriteOctetString(SHA256.HashData(Encoding.ASCII.GetBytes(keyAuthorization)));
        request.CertificateExtensions.Add(new X509Extension(AcmeIdentifier, hash.Encode(), critical: true));
        var now = time.GetUtcNow();
        return new ServerCertificate(ServerCertificate.Usable(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7))), [], TrustFile: null);
    }
}
