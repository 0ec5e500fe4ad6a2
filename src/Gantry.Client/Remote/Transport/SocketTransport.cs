using System.Net;
using System.Net.Security;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.Client.Remote.Transport;

/// <summary>The wire: one pool of connections for the registry, one for every other origin.</summary>
/// <remarks>Two pools, because only the registry may see the client's certificate (GHSA-h3wm-jjqf-8jm2), and only the others are watched for private addresses.</remarks>
internal sealed class SocketTransport : HttpMessageHandler
{
    private readonly Origin _registry;
    private readonly X509Certificate2Collection? _roots;
    private readonly HttpMessageInvoker _own;
    private readonly HttpMessageInvoker _foreign;

    public SocketTransport(RegistryClientOptions options, Origin registry)
    {
        _registry = registry;
        _roots = ReadRoots(options.CaFile);
        var dialer = new Dialer(options, registry, Dns.GetHostAddressesAsync);
        _own = new HttpMessageInvoker(Create(options, dialer.DialRegistryAsync, options.ClientCertificate));
        _foreign = new HttpMessageInvoker(Create(options, dialer.DialForeignAsync, certificate: null));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var invoker = Origin.Of(request.RequestUri!) == _registry ? _own : _foreign;
        try
        {
            return await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is ForeignOriginException)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _own.Dispose();
            _foreign.Dispose();
            foreach (var root in _roots ?? [])
                root.Dispose();
        }
        base.Dispose(disposing);
    }

    private SocketsHttpHandler Create(RegistryClientOptions options, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> dial, X509Certificate2? certificate)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.Insecure)
            tls.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
        if (_roots is not null)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(_roots);
        }
        if (certificate is not null)
        {
            // The pool also speaks TLS to a proxy, under the proxy's name: that one gets no certificate.
            tls.LocalCertificateSelectionCallback = (_, host, _, _, _) => host.Equals(_registry.Host, StringComparison.OrdinalIgnoreCase) ? certificate : null!;
        }
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = options.PrivateAddresses == PrivateAddressRule.AsTheRegistry && options.UnixSocket is null,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = dial,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            // Names move: a long-lived client looks them up again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            EnableMultipleHttp2Connections = true,
            // A peer that vanished without a word is noticed while an upload waits for its answer.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(30),
            SslOptions = tls,
        };
    }

    private static X509Certificate2Collection? ReadRoots(string? path)
    {
        if (path is null)
            return null;
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(path);
        return roots.Count > 0 ? roots : throw new FormatException($"{path}: no certificate in this file");
    }
}
