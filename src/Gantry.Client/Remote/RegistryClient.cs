using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using Gantry.Client.Remote.Transport;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Token;

namespace Gantry.Client.Remote;

/// <summary>A registry over HTTP (distribution-spec). Safe for use from many threads; tokens and connections are shared by its repositories.</summary>
public sealed class RegistryClient : IDisposable
{
    private readonly HandlerChain _chain;
    private readonly string _address;

    public RegistryClient(RegistryName registry, RegistryClientOptions options)
    {
        Registry = registry;
        Options = options;
        var scheme = options.PlainHttp ?? registry.IsLocalhost ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        // Docker's name for its registry is not the host that answers.
        _address = $"{scheme}://{(registry.ToString() is "docker.io" or "index.docker.io" ? "registry-1.docker.io" : registry.ToString())}";
        _chain = new HandlerChain(registry, Origin.Of(new Uri(_address)), options);
    }

    public RegistryName Registry { get; }

    public RegistryClientOptions Options { get; }

    internal RetryPolicy RetryPolicy => _chain.Policy;

    internal ReferrersMemory Referrers { get; } = new();

    /// <summary>Asks <c>GET /v2/</c>: whether there is a registry, and whether our credentials are good for it.</summary>
    /// <exception cref="RegistryException">It answered that they are not.</exception>
    public async ValueTask PingAsync(CancellationToken ct = default)
    {
        using var request = Request(HttpMethod.Get, "/v2/", []);
        using var response = await SendRawAsync(request, ct).ConfigureAwait(false);
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
    }

    public RemoteRepository GetRepository(RepositoryName name) => new(this, name);

    /// <summary>Every repository's name, page by page.</summary>
    /// <param name="last">Begin after this one; null for all.</param>
    /// <param name="ct">Cancels.</param>
    public IAsyncEnumerable<string> ListRepositoriesAsync(string? last = null, CancellationToken ct = default) =>
        ListNamesAsync("/v2/_catalog", "repositories", last, Scope.CatalogAll, ct);

    /// <summary>Sends an HTTP request to the registry with our authentication, retries and origin rules: the way for APIs beside the distribution's.</summary>
    /// <param name="method">The method.</param>
    /// <param name="pathAndQuery">Begins with a slash, percent-encoded.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="scope">The scope to ask a token for before the first challenge; null to wait for the challenge.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>A successful answer; the caller disposes it.</returns>
    /// <exception cref="RegistryException">It answered 4xx or 5xx.</exception>
    public async ValueTask<HttpResponseMessage> SendAsync(HttpMethod method, string pathAndQuery, ReadOnlyMemory<byte>? body, Scope? scope, CancellationToken ct = default)
    {
        using var request = Request(method, pathAndQuery, scope is null ? [] : [scope]);
        if (body is { } bytes)
            request.Content = new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        var response = await SendRawAsync(request, ct).ConfigureAwait(false);
        try
        {
            await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Exchanges our credentials for a refresh token of the registry (<c>/oauth2/token</c> with <c>access_type=offline</c>); null where the registry gives none.</summary>
    public async ValueTask<string?> FetchRefreshTokenAsync(CancellationToken ct = default)
    {
        var credential = await _chain.Tokens.FindCredentialAsync(ct).ConfigureAwait(false);
        if (credential is { RefreshToken: { Length: > 0 } token })
            return token;
        if (credential is not { Username.Length: > 0 })
            return null;
        // Without credentials, so that the registry says where its tokens come from.
        using var request = Request(HttpMethod.Get, "/v2/", []);
        request.IsAnonymous = true;
        using var response = await SendRawAsync(request, ct).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.Unauthorized
            && response.Header("WWW-Authenticate") is { } header && Challenge.TryParse(header) is { IsBearer: true } challenge
                ? await _chain.Tokens.FetchRefreshTokenAsync(challenge, credential, ct).ConfigureAwait(false)
                : null;
    }

    public void Dispose()
    {
        _chain.Dispose();
        Referrers.Dispose();
    }

    /// <summary>A request to the registry. The caller disposes it.</summary>
    internal HttpRequestMessage Request(HttpMethod method, string pathAndQuery, IReadOnlyList<Scope> scopes)
    {
        // Two slashes would begin another host.
        if (!pathAndQuery.StartsWith('/') || pathAndQuery.StartsWith("//", StringComparison.Ordinal))
            throw new ArgumentException("a path begins with one slash", nameof(pathAndQuery));
        return Request(method, new Uri(_address + pathAndQuery), scopes);
    }

    /// <summary>A request to a URL that was found to be the registry's.</summary>
    internal HttpRequestMessage Request(HttpMethod method, Uri url, IReadOnlyList<Scope> scopes)
    {
        var request = new HttpRequestMessage(method, url)
        {
            Scopes = scopes,
            Version = url.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", Options.UserAgent);
        // .NET sends a request without a body again, unseen, where its connection ends before an answer. What the first one deleted the second would not find.
        if (method == HttpMethod.Delete)
            request.Content = new ByteArrayContent([]);
        return request;
    }

    /// <summary>Any answer, also a refusal, as soon as its headers are there. The caller disposes it.</summary>
    internal Task<HttpResponseMessage> SendRawAsync(HttpRequestMessage request, CancellationToken ct) => _chain.SendAsync(request, ct);

    /// <summary><see cref="SendAsync"/>, and the answer's document.</summary>
    internal async ValueTask<T> SendJsonAsync<T>(
        HttpMethod method, string pathAndQuery, byte[]? body, Scope? scope, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        using var response = await SendAsync(method, pathAndQuery, body is null ? (ReadOnlyMemory<byte>?)null : body, scope, ct).ConfigureAwait(false);
        return await ReadJsonAsync(method, pathAndQuery, response, type, ct).ConfigureAwait(false);
    }

    /// <summary>The document of an answer that <see cref="SendAsync"/> gave; method and path are for what is said when it is none.</summary>
    internal async ValueTask<T> ReadJsonAsync<T>(HttpMethod method, string pathAndQuery, HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        using var request = new HttpRequestMessage(method, _address + pathAndQuery);
        var bytes = await Answers.ReadAsync(request, response, Pages.MaxBytes, ct).ConfigureAwait(false);
        return new Page(bytes, Answers.Describe(request), (int)response.StatusCode).Parse(type);
    }

    internal async IAsyncEnumerable<string> ListNamesAsync(string path, string member, string? last, Scope scope, [EnumeratorCancellation] CancellationToken ct)
    {
        var query = last is null ? $"?n={Pages.Size}" : $"?n={Pages.Size}&last={Uri.EscapeDataString(last)}";
        var pages = Pages.ReadAsync(this, () => Request(HttpMethod.Get, path + query, [scope]), url => Request(HttpMethod.Get, url, [scope]), ct);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            foreach (var name in page.Names(member))
                yield return name;
        }
    }
}
