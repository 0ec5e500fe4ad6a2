using System.Net;

namespace Gantry.Chaos.Clients;

/// <summary>The last step before the network of one client that does one thing at a time: adds a condition to pushes of manifests, and remembers what the server asked.</summary>
internal sealed class WireTap : DelegatingHandler
{
    // Connections change often, so that one client's requests meet every node.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromSeconds(3);

    public WireTap()
        : base(new SocketsHttpHandler { PooledConnectionLifetime = ConnectionLifetime, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
    }

    /// <summary>Header and value that the next push of a manifest carries; null for none.</summary>
    public (string Header, string Value)? Condition { get; set; }

    /// <summary>What the last answer asked to wait; null for nothing.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RetryAfter = null;
        if (Condition is { } condition && request.Method == HttpMethod.Put && request.RequestUri!.AbsolutePath.Contains("/manifests/", StringComparison.Ordinal))
            request.Headers.TryAddWithoutValidation(condition.Header, condition.Value);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
            RetryAfter = response.Headers.RetryAfter?.Delta;
        return response;
    }
}
