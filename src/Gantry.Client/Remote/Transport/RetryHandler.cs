using System.Net;

namespace Gantry.Client.Remote.Transport;

/// <summary>Sends a request again where it can be and should be.</summary>
/// <remarks>
/// A DELETE whose answer was lost may have been carried out; the 404 that its repetition then gets says that the aim is reached, so it becomes a
/// 204 here, for every API at once.
/// </remarks>
internal sealed class RetryHandler(RetryPolicy policy, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var mayBeDone = false;
        for (var tries = 1; ; tries++)
        {
            TimeSpan delay;
            try
            {
                var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (mayBeDone && response.StatusCode == HttpStatusCode.NotFound && request.Method == HttpMethod.Delete)
                {
                    response.Dispose();
                    return new HttpResponseMessage(HttpStatusCode.NoContent) { RequestMessage = request };
                }
                if (!ShouldRepeat(request, response) || policy.NextDelay(tries, policy.RetryAfter(response)) is not { } wait)
                    return response;
                mayBeDone |= !RetryPolicy.IsRefusedForNow(response.StatusCode);
                response.Dispose();
                delay = wait;
            }
            catch (Exception e) when (CanRepeat(request) && request.IsRepeatable && RetryPolicy.IsTransient(e, cancellationToken)
                && policy.NextDelay(tries, retryAfter: null) is not null)
            {
                mayBeDone = true;
                delay = policy.NextDelay(tries, retryAfter: null)!.Value;
            }
            await policy.WaitAsync(delay, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool ShouldRepeat(HttpRequestMessage request, HttpResponseMessage response) =>
        CanRepeat(request)
        && (RetryPolicy.IsRefusedForNow(response.StatusCode) || (request.IsRepeatable && RetryPolicy.IsFailure(response.StatusCode)));

    /// <summary>Bodies in memory can always be sent anew; a streamed one belongs to the upload, which begins again itself.</summary>
    private static bool CanRepeat(HttpRequestMessage request) => !request.IsSentOnce && request.Content is not StreamBody;
}
