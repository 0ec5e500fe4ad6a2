using Gantry.Client.Remote.Auth;
using Gantry.Protocol.Naming;

namespace Gantry.Client.Remote.Transport;

/// <summary>What a request passes on its way to the wire.</summary>
/// <remarks><code>
///   RegistryClient, RemoteRepository
///        │
///   (1) RetryHandler      again after 408, 429, 5xx and broken connections, where the body allows
///        │
///   (2) AuthHandler       Authorization from the cache; answers one challenge ──► TokenSource ──┐
///        │                                                                                      │ token requests pass
///   (3) RedirectHandler   reads follow; Authorization stays behind at another origin            │ (1), (4) to (7)  
///        │                                                                                      │
///   (4) OriginHandler     custom headers for the registry's origin alone          ◄─────────────┘
///        │
///   (5) TraceHandler      tells what really goes out, secrets masked; shows warnings once
///        │
///   (6) StallHandler      ends what does not move any more
///        │
///   (7) SocketTransport   the registry's connections with the client certificate │ all others without
/// </code>
/// Retry stands outside authentication, so that a token that expires while we wait is replaced. Redirects stand inside authentication, because
/// a 401 from the place where a redirect ends is not the registry's challenge. A token request follows no redirect: it carries the credentials.
/// </remarks>
internal sealed class HandlerChain : IDisposable
{
    private readonly HttpMessageInvoker _requests;
    private readonly HttpMessageInvoker _tokens;
    private readonly HttpMessageHandler? _transport;

    public HandlerChain(RegistryName registry, Origin origin, RegistryClientOptions options)
    {
        Policy = new RetryPolicy(options.Retry, options.Time);
        _transport = options.Transport is null ? new SocketTransport(options, origin) : null;
        var wire = new OriginHandler(origin, options.Headers, new TraceHandler(options, origin, new StallHandler(options, options.Transport ?? _transport!)));

        // Neither invoker disposes the handlers: both share the lower half, and a transport that was given is not ours.
        _tokens = new HttpMessageInvoker(new RetryHandler(Policy, wire), disposeHandler: false);
        Tokens = new TokenSource(registry, origin, options, _tokens);
        _requests = new HttpMessageInvoker(new RetryHandler(Policy, new AuthHandler(origin, Tokens, new RedirectHandler(wire))), disposeHandler: false);
    }

    public RetryPolicy Policy { get; }

    public TokenSource Tokens { get; }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct) => _requests.SendAsync(request, ct);

    public void Dispose()
    {
        _requests.Dispose();
        _tokens.Dispose();
        Tokens.Dispose();
        _transport?.Dispose();
    }
}
