using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gantry.Client.Remote;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;

namespace Gantry.Client.Runs;

/// <summary>A worker's side of the run API: takes runs, tells their progress, ends them. See <see cref="RunPaths"/>.</summary>
/// <remarks>Every call about a lease throws <see cref="LeaseLostException"/> once the lease has ended.</remarks>
/// <param name="client">Reaches the server. Its own credentials are not used.</param>
/// <param name="secret">The worker's secret. Only these requests carry it.</param>
public sealed class LeaseClient(RegistryClient client, string secret)
{
    /// <summary>Waits for a run and takes it; null where none came in time.</summary>
    /// <param name="worker">What this worker calls itself, for people.</param>
    /// <param name="wait">How long the server may hold the request.</param>
    /// <param name="ct">Stops waiting. A run that was taken at that moment is taken again by somebody once its lease ends.</param>
    public async ValueTask<RunLease?> TakeAsync(string worker, TimeSpan wait, CancellationToken ct)
    {
        using var request = Request(HttpMethod.Post, RunPaths.Leases);
        request.Headers.TryAddWithoutValidation("Prefer", string.Create(CultureInfo.InvariantCulture, $"wait={(int)wait.TotalSeconds}"));
        request.Content = Json(JsonSerializer.SerializeToUtf8Bytes(new LeaseRequest(worker), WireJson.Wire.LeaseRequest));
        using var response = await client.SendRawAsync(request, ct).ConfigureAwait(false);
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.NoContent
            ? null
            : await client.ReadJsonAsync(HttpMethod.Post, RunPaths.Leases, response, WireJson.Wire.RunLease, ct).ConfigureAwait(false);
    }

    /// <summary>Keeps the lease for another lifetime, and hears whether somebody wants the run to end.</summary>
    public async ValueTask<LeaseState> RenewAsync(Guid lease, CancellationToken ct)
    {
        using var response = await SendAsync(lease, HttpMethod.Put, RunPaths.Lease(lease), content: null, ct).ConfigureAwait(false);
        return await client.ReadJsonAsync(HttpMethod.Put, RunPaths.Lease(lease), response, WireJson.Wire.LeaseState, ct).ConfigureAwait(false);
    }

    /// <summary>Gives the run back: another worker takes it at once, and it counts as if nobody had tried.</summary>
    public async ValueTask ReleaseAsync(Guid lease, CancellationToken ct)
    {
        using var response = await SendAsync(lease, HttpMethod.Delete, RunPaths.Lease(lease), content: null, ct).ConfigureAwait(false);
    }

    /// <summary>The context that was uploaded for the run. The caller disposes the stream.</summary>
    public async ValueTask<Stream> OpenSourceAsync(Guid lease, CancellationToken ct)
    {
        var response = await SendAsync(lease, HttpMethod.Get, RunPaths.LeaseSource(lease), content: null, ct).ConfigureAwait(false);
        // Disposing the content's stream lets go of the connection; the answer itself holds nothing else.
        return await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Puts bytes at an offset of the log. Harmless to repeat with the same bytes.</summary>
    public async ValueTask AppendLogAsync(Guid lease, long offset, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        using var response = await SendAsync(lease, HttpMethod.Post, RunPaths.LeaseLog(lease, offset), new ReadOnlyMemoryContent(bytes), ct).ConfigureAwait(false);
    }

    /// <summary>Ends the run, and the lease with it. Harmless to repeat.</summary>
    public async ValueTask FinishAsync(Guid lease, RunOutcome outcome, CancellationToken ct)
    {
        using var response = await SendAsync(
            lease, HttpMethod.Post, RunPaths.LeaseFinish(lease), Json(JsonSerializer.SerializeToUtf8Bytes(outcome, WireJson.Wire.RunOutcome)), ct).ConfigureAwait(false);
    }

    private async ValueTask<HttpResponseMessage> SendAsync(Guid lease, HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        using var request = Request(method, path);
        request.Content = content;
        request.IsRepeatable = true;
        var response = await client.SendRawAsync(request, ct).ConfigureAwait(false);
        try
        {
            await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
            return response;
        }
        catch (RegistryException e) when (e.Status == (int)HttpStatusCode.Gone)
        {
            response.Dispose();
            throw new LeaseLostException(lease);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Anonymous to the authentication below, which would look for a user: the secret is all that counts here.</summary>
    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = client.Request(method, path, []);
        request.IsAnonymous = true;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return request;
    }

    private static ReadOnlyMemoryContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
