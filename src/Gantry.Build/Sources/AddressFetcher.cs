using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Gantry.Build.Execution;
using Gantry.Client.Remote;
using Gantry.Protocol;

namespace Gantry.Build.Sources;

/// <summary>Fetches what ADD names by address, with GET and nothing that identifies anybody.</summary>
/// <remarks>
/// Unless private addresses are allowed, no connection goes to one: the address that is dialled is the one that is checked, after DNS and after
/// every redirect, and no proxy is used. The registry's own address is no exception here, because whoever writes a Dockerfile chooses the path.
/// </remarks>
public sealed class AddressFetcher : IAddressFetcher, IDisposable
{
    private const int MaxRedirects = 10;
    private const int Tries = 4;
    private const int BlockBytes = 256 * 1024;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>So long may a server take for its answer's head, and for each block of its body.</summary>
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60);

    private readonly HttpMessageInvoker _http;
    private readonly long _maxBytes;
    private readonly TimeProvider _time;

    /// <param name="allowPrivate">Reach private addresses too, and use the environment's proxies.</param>
    /// <param name="maxBytes">Length of the longest file.</param>
    /// <param name="time">The clock of limits and retries.</param>
    public AddressFetcher(bool allowPrivate, long maxBytes, TimeProvider time)
    {
        _maxBytes = maxBytes;
        _time = time;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = allowPrivate,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            ConnectCallback = allowPrivate ? null : PublicNetwork.DialAsync,
        });
    }

    public void Dispose() => _http.Dispose();

    public async ValueTask<FetchedFile> FetchAsync(Uri address, string folder, CancellationToken ct)
    {
        var path = Path.Join(folder, $"fetched-{Guid.NewGuid():N}");
        var delay = FirstDelay;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryAsync(address, path, ct).ConfigureAwait(false);
            }
            catch (Exception e) when (Reason(e, ct) is { } reason)
            {
                File.Delete(path);
                if (tries == Tries || !IsWorthAnother(e))
                    throw new BuildException($"ADD failed: {Text(address)} cannot be fetched: {reason}", e);
            }
            await Task.Delay(delay, _time, ct).ConfigureAwait(false);
            delay *= 2;
        }
    }

    private async ValueTask<FetchedFile> TryAsync(Uri address, string path, CancellationToken ct)
    {
        using var idle = new CancellationTokenSource(IdleLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, idle.Token);
        using var response = await AskAsync(address, either.Token).ConfigureAwait(false);
        if (response.Content.Headers.ContentLength > _maxBytes)
            throw TooLong();
        var body = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
        await using var _ = body.ConfigureAwait(false);
        var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            var buffer = new byte[BlockBytes];
            var length = 0L;
            while (true)
            {
                idle.CancelAfter(IdleLimit);
                var read = await body.ReadAsync(buffer, either.Token).ConfigureAwait(false);
                if (read == 0)
                    break;
                if ((length += read) > _maxBytes)
                    throw TooLong();
                await file.WriteAsync(buffer.AsMemory(0, read), either.Token).ConfigureAwait(false);
            }
        }
        return new FetchedFile(path, NameOf(address, response.Content.Headers), response.Content.Headers.LastModified?.ToUnixTimeSeconds());
    }

    /// <summary>The answer where redirects end. The caller disposes it.</summary>
    private async ValueTask<HttpResponseMessage> AskAsync(Uri address, CancellationToken ct)
    {
        var url = address;
        for (var hops = 0; ; hops++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(url) { UserName = "", Password = "", Fragment = "" }.Uri);
            request.Headers.TryAddWithoutValidation("User-Agent", "gantry");
            // What the author put into the address is for that host alone.
            if (url.UserInfo.Length > 0 && hops == 0)
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo))));
            var response = await _http.SendAsync(request, ct).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return response;
            var location = response.Headers.Location;
            var status = response.StatusCode;
            response.Dispose();
            if ((int)status is not (301 or 302 or 303 or 307 or 308) || location is null)
                throw new HttpRequestException($"it answered {(int)status} {status}", inner: null, status);
            if (hops == MaxRedirects)
                throw new ForeignOriginException($"it redirects more than {MaxRedirects} times");
            var next = new Uri(url, location);
            if (next.Scheme is not ("http" or "https") || (url.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps))
                throw new ForeignOriginException($"it redirects from {url.Scheme} to {next.Scheme}");
            url = next;
        }
    }

    /// <summary>The last name of the path that the author wrote, else what the server calls it.</summary>
    private static string NameOf(Uri address, HttpContentHeaders headers)
    {
        var path = Uri.UnescapeDataString(address.AbsolutePath);
        var last = path[(path.LastIndexOf('/') + 1)..];
        if (IsName(last))
            return last;
        var given = headers.ContentDisposition?.FileNameStar ?? headers.ContentDisposition?.FileName?.Trim('"') ?? "";
        given = given[(given.LastIndexOfAny(['/', '\\']) + 1)..];
        return IsName(given) ? given : "";
    }

    private static bool IsName(string name) => name is not ("" or "." or "..") && !name.Any(char.IsControl);

    private static InvalidDataException TooLong() => new("it is longer than a build may fetch");

    private static bool IsWorthAnother(Exception failure) => failure switch
    {
        HttpRequestException { InnerException: ForeignOriginException } => false,
        HttpRequestException { StatusCode: { } status } => (int)status is 408 or 429 or >= 500,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => false,
        _ => failure is not (ForeignOriginException or InvalidDataException),
    };

    /// <summary>Null for what is no affair of the address: the caller stopped it.</summary>
    private static string? Reason(Exception failure, CancellationToken ct) => failure switch
    {
        OperationCanceledException => ct.IsCancellationRequested ? null : $"nothing came for {IdleLimit.TotalSeconds} seconds",
        HttpRequestException { InnerException: { } inner } => inner.Message,
        HttpRequestException or ForeignOriginException or InvalidDataException or IOException => failure.Message,
        _ => null,
    };

    /// <summary>Without what the author signs in with, and without the query, where signatures stand.</summary>
    private static string Text(Uri address) => Printable.Of(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
}
