namespace Gantry.Client.Remote.Transport;

/// <summary>Adds what is for the registry alone, and takes away what must not leave for another origin.</summary>
/// <remarks>The last look before the wire. Custom headers often carry secrets, so they are added here, per hop, and never travel (GHSA-whvf-jp7m-59f3).</remarks>
internal sealed class OriginHandler(Origin registry, IReadOnlyList<KeyValuePair<string, string>> headers, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Origin.Of(request.RequestUri!) == registry && !request.HasLeft)
        {
            // The user's header replaces ours of the same name; several of his stay several.
            foreach (var (name, _) in headers)
                request.Headers.Remove(name);
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
        }
        else if (!request.IsForToken)
        {
            request.Headers.Authorization = null;
        }
        return base.SendAsync(request, cancellationToken);
    }
}
