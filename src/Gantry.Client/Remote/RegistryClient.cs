using Gantry.Protocol.Naming;

namespace Gantry.Client.Remote;

/// <summary>A registry over HTTP (distribution-spec). Safe for use from many threads; tokens and connections are shared by its repositories.</summary>
public sealed class RegistryClient(RegistryName registry, RegistryClientOptions options) : IDisposable
{
    public RegistryName Registry { get; } = registry;

    public RegistryClientOptions Options { get; } = options;

    /// <summary>Asks <c>GET /v2/</c>: whether there is a registry, and whether our credentials are good for it.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">It answered that they are not.</exception>
    public ValueTask PingAsync(CancellationToken ct = default) => throw new NotImplementedException();

    public RemoteRepository GetRepository(RepositoryName name) => throw new NotImplementedException();

    /// <summary>Every repository's name, page by page.</summary>
    /// <param name="last">Begin after this one; null for all.</param>
    /// <param name="ct">Cancels.</param>
    public IAsyncEnumerable<string> ListRepositoriesAsync(string? last = null, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>Sends an HTTP request to the registry with our authentication, retries and origin rules: the way for APIs beside the distribution's.</summary>
    /// <param name="method">The method.</param>
    /// <param name="pathAndQuery">Begins with a slash, percent-encoded.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="scope">The scope to ask a token for before the first challenge; null to wait for the challenge.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>A successful answer; the caller disposes it.</returns>
    /// <exception cref="Protocol.Distribution.RegistryException">It answered 4xx or 5xx.</exception>
    public ValueTask<HttpResponseMessage> SendAsync(HttpMethod method, string pathAndQuery, ReadOnlyMemory<byte>? body, Protocol.Token.Scope? scope, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>Exchanges our credentials for a refresh token of the registry (<c>/oauth2/token</c> with <c>access_type=offline</c>); null where the registry gives none.</summary>
    public ValueTask<string?> FetchRefreshTokenAsync(CancellationToken ct = default) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
