using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Client.Remote;

namespace Gantry.Server.Access.Federation;

/// <summary>Asks one issuer for its documents, and trusts neither its names nor its sizes.</summary>
/// <remarks>
/// Nothing that identifies us is sent. No redirect is followed, no proxy is used, and unless the issuer's settings allow private addresses the
/// address that is dialled is the one that was checked, whatever DNS says a moment later (CVE-2020-13788, CVE-2026-33540).
/// </remarks>
internal sealed class IssuerConnection : IDisposable
{
    /// <summary>Length of the longest document.</summary>
    public const int MaxBytes = 512 * 1024;

    /// <summary>So long may one document take, connection included.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker _http;
    private readonly X509Certificate2Collection _roots = [];

    /// <exception cref="CryptographicException">The file of certificates cannot be read.</exception>
    /// <exception cref="IOException">The same.</exception>
    public IssuerConnection(IssuerTerms terms)
    {
        var tls = new SslClientAuthenticationOptions();
        if (terms.CaFile is { } file)
        {
            _roots.ImportFromPemFile(file);
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(_roots);
        }
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = Patience,
            ConnectCallback = terms.AllowPrivateAddresses ? null : PublicNetwork.DialAsync,
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            SslOptions = tls,
        });
    }

    /// <summary>The issuer's keys as they are now, or why its documents are refused.</summary>
    public async Task<(IssuerKeySet? Keys, string? Failure)> FetchAsync(IssuerTerms terms, TimeProvider time)
    {
        if (IssuerAddress.Fault(terms.Issuer, terms.AllowPrivateAddresses) is { } fault)
            return (null, $"the issuer {fault}");
        var document = IssuerDocument.TryParse(await GetAsync(IssuerAddress.DiscoveryOf(terms.Issuer), time), terms.Issuer, terms.AllowPrivateAddresses, out var reason);
        if (document is null)
            return (null, reason);
        var keys = IssuerKeySet.TryParse(await GetAsync(document.KeySet, time));
        return (keys, keys is null ? "it publishes no key that could sign" : null);
    }

    public void Dispose()
    {
        _http.Dispose();
        foreach (var root in _roots)
            root.Dispose();
    }

    /// <summary>Why a fetch failed, for the log; null for what is no affair of the issuer.</summary>
    public static string? Reason(Exception failure) => failure switch
    {
        OperationCanceledException => $"it did not answer within {Patience.TotalSeconds} seconds",
        HttpRequestException { InnerException: ForeignOriginException inner } => inner.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "its certificate is not trusted",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its host has no address",
        HttpRequestException or ForeignOriginException or InvalidDataException or IOException or CryptographicException or UnauthorizedAccessException => failure.Message,
        _ => null,
    };

    private async Task<ReadOnlyMemory<byte>> GetAsync(Uri address, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("gantry", null));
        using var response = await _http.SendAsync(request, patience.Token);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new InvalidDataException($"{address.AbsolutePath} was answered with {(int)response.StatusCode}");
        if (response.Content.Headers.ContentLength > MaxBytes)
            throw TooLong(address);
        await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
        var bytes = new byte[4096];
        var length = 0;
        while (await body.ReadAsync(bytes.AsMemory(length), patience.Token) is > 0 and var read)
        {
            length += read;
            if (length > MaxBytes)
                throw TooLong(address);
            if (length == bytes.Length)
                Array.Resize(ref bytes, 2 * bytes.Length);
        }
        return bytes.AsMemory(0, length);
    }

    private static InvalidDataException TooLong(Uri address) => new($"{address.AbsolutePath} is longer than {MaxBytes} bytes");
}
