using System.Net;

namespace Gantry.Client.Remote.Transport;

/// <summary>Follows redirects of reads, and lets nothing that is ours alone travel with them (GHSA-vh4v-2xq2-g5cg).</summary>
internal sealed class RedirectHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>A blob lives one redirect away; a mirror in front of a content network makes it two.</summary>
    private const int MaxRedirects = 10;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var start = Origin.Of(request.RequestUri!);
        var url = request.RequestUri!;
        var hasLeft = false;
        for (var hops = 0; ; hops++)
        {
            // A stranger who sends us back chooses what we ask at home: that is asked as nobody.
            hasLeft |= Origin.Of(url) != start;
            // Each hop is a message of its own: what the handlers below add for one origin is not there for the next.
            var hop = Copy(request, url, hasLeft);
            var response = await base.SendAsync(hop, cancellationToken).ConfigureAwait(false);
            if (!IsRedirect(request, response) || response.Headers.Location is not { } location)
                return response;
            var next = Origin.Resolve(url, location.OriginalString);
            response.Dispose();
            if (hops == MaxRedirects)
                throw new ForeignOriginException($"{request.RequestUri!.Host} redirects more than {MaxRedirects} times");
            if (url.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
                throw new ForeignOriginException($"{url.Host} redirects from https to http, to {next.Host}");
            url = next;
        }
    }

    /// <summary>Only reads: where an upload goes is decided by its own rule.</summary>
    private static bool IsRedirect(HttpRequestMessage request, HttpResponseMessage response) =>
        (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head)
        && response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static HttpRequestMessage Copy(HttpRequestMessage request, Uri url, bool hasLeft)
    {
        var copy = new HttpRequestMessage(request.Method, url) { Content = request.Content, Version = request.Version, VersionPolicy = request.VersionPolicy };
        foreach (var (name, values) in request.Headers.NonValidated)
            copy.Headers.TryAddWithoutValidation(name, values);
        if (hasLeft)
            copy.Headers.Authorization = null;
        copy.HasLeft = hasLeft;
        copy.IsForToken = request.IsForToken;
        return copy;
    }
}
