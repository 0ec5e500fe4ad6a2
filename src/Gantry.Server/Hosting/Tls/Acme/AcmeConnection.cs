using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gantry.Protocol;

namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>Signed requests to an ACME server (RFC 8555 section 6). One at a time: each uses the nonce that came with the answer before.</summary>
internal sealed class AcmeConnection : IDisposable
{
    // A nonce may go stale between two requests, and servers test that clients bear it.
    private const int NonceTries = 10;

    // Documents are a few kilobytes, a chain of certificates some ten.
    private const int MaxBytes = 1024 * 1024;

    private const string ProblemPrefix = "urn:ietf:params:acme:error:";

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly AcmeKey _key;
    private readonly TimeProvider _time;
    private string? _nonce;
    private Uri? _account;

    /// <param name="url">The directory.</param>
    /// <param name="authorities">Those that its certificate may come from; null for the system's.</param>
    /// <param name="key">The account's. The caller disposes it.</param>
    /// <param name="time">The clock of dates in <c>Retry-After</c>.</param>
    public AcmeConnection(Uri url, X509Certificate2Collection? authorities, AcmeKey key, TimeProvider time)
    {
        (_url, _key, _time) = (url, key, time);
        var connections = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30) };
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            connections.SslOptions.CertificateChainPolicy = policy;
        }
        _http = new HttpClient(connections) { Timeout = TimeSpan.FromMinutes(1), MaxResponseContentBufferSize = MaxBytes };
        // A server may refuse whoever does not say what it is (section 6.1).
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("gantry", typeof(AcmeConnection).Assembly.GetName().Version?.ToString(3)));
    }

    public async Task<AcmeDirectory> ReadDirectoryAsync(CancellationToken ct)
    {
        using var response = await _http.GetAsync(_url, ct);
        return (await ReadAsync(response, ct)).Read(AcmeJson.Default.AcmeDirectory);
    }

    /// <summary>From now on requests name the account instead of showing the key.</summary>
    public void Use(Uri account) => _account = account;

    /// <param name="directory">Where nonces are.</param>
    /// <param name="url">Where to.</param>
    /// <param name="payload">Empty to read.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="AcmeException">It is refused.</exception>
    public async Task<AcmeReply> PostAsync(AcmeDirectory directory, Uri url, byte[] payload, CancellationToken ct)
    {
        DemandHttps(url);
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryPostAsync(directory, url, payload, ct);
            }
            catch (AcmeException e) when (e.Type == "badNonce" && tries < NonceTries)
            {
                // The refusal brought a fresh one (section 6.5).
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<AcmeReply> TryPostAsync(AcmeDirectory directory, Uri url, byte[] payload, CancellationToken ct)
    {
        var nonce = _nonce ?? await FetchNonceAsync(directory, ct);
        _nonce = null;
        var head = new AcmeHead { Alg = "", Nonce = nonce, Url = url, Kid = _account?.OriginalString, Jwk = _account is null ? _key.Jwk : null };
        var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(_key.Sign(head, payload), AcmeJson.Default.AcmeSigned));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/jose+json");
        using var response = await _http.PostAsync(url, body, ct);
        _nonce = NonceOf(response);
        return await ReadAsync(response, ct);
    }

    private async Task<string> FetchNonceAsync(AcmeDirectory directory, CancellationToken ct)
    {
        DemandHttps(directory.NewNonce);
        using var request = new HttpRequestMessage(HttpMethod.Head, directory.NewNonce);
        using var response = await _http.SendAsync(request, ct);
        return NonceOf(response) ?? throw new AcmeException("the ACME server gives no nonce");
    }

    private static void DemandHttps(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Scheme != Uri.UriSchemeHttps)
            throw new AcmeException("the ACME server names an address that is not https");
    }

    private static string? NonceOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Replay-Nonce", out var values) ? values.FirstOrDefault() : null;

    private async Task<AcmeReply> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        var retry = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - _time.GetUtcNow() : null;
        return response.IsSuccessStatusCode
            ? new AcmeReply { Body = body, Location = response.Headers.Location, RetryAfter = retry }
            : throw Refusal(response.StatusCode, body, retry);
    }

    private static AcmeException Refusal(HttpStatusCode status, byte[] body, TimeSpan? retryAfter)
    {
        AcmeProblem? problem = null;
        try
        {
            problem = JsonSerializer.Deserialize(body, AcmeJson.Default.AcmeProblem);
        }
        catch (JsonException)
        {
            // Something in between answered, in words of its own: the status has to do.
        }
        var type = problem?.Type is { } full && full.StartsWith(ProblemPrefix, StringComparison.Ordinal) ? full[ProblemPrefix.Length..] : problem?.Type;
        return new AcmeException($"the ACME server answered {(int)status}: {Describe(problem)}", type, retryAfter);
    }

    /// <summary>A problem in a line for the log.</summary>
    public static string Describe(AcmeProblem? problem)
    {
        if (problem is null)
            return "it does not say why";
        var inner = problem.Subproblems is { Count: > 0 } all ? $" ({string.Join("; ", all.Select(Describe))})" : "";
        return $"{Printable.Of(problem.Type ?? "?")}: {Printable.Of(problem.Detail ?? "")}{inner}";
    }
}
