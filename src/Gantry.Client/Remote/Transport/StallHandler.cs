using System.Net.Http.Headers;

namespace Gantry.Client.Remote.Transport;

/// <summary>Ends requests and bodies on which nothing moves any more: a registry that stalls is one whose connection broke.</summary>
/// <remarks><code>
///   request ──(1) answer limit, from the last block of the body that went out──► headers ──(2) idle limit, for each read──► body
/// </code>
/// The answer limit is long: a registry may hash gigabytes before it says 201. Below TCP and HTTP/2 ask after a silent peer themselves.
/// </remarks>
internal sealed class StallHandler(RegistryClientOptions options, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.RequestUri!.Host;
        var response = await AskAsync(request, host, cancellationToken).ConfigureAwait(false);
        try
        {
            // (2)
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            response.Content = WithHeaders(new StreamContent(new IdleLimitStream(body, host, new Patience(options.IdleLimit, options.Time))), response.Content.Headers);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>(1)</summary>
    private async ValueTask<HttpResponseMessage> AskAsync(HttpRequestMessage request, string host, CancellationToken ct)
    {
        using var patience = new Patience(options.AnswerLimit, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        var upload = request.Content as StreamBody;
        if (upload is not null)
            upload.OnSent = patience.Restart;
        patience.Restart();
        try
        {
            return await base.SendAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (Exception) when (patience.IsOver && !ct.IsCancellationRequested)
        {
            throw patience.Explain(host, "did not answer");
        }
        finally
        {
            if (upload is not null)
                upload.OnSent = null;
        }
    }

    private static StreamContent WithHeaders(StreamContent content, HttpContentHeaders headers)
    {
        foreach (var (name, values) in headers.NonValidated)
            content.Headers.TryAddWithoutValidation(name, values);
        return content;
    }
}
