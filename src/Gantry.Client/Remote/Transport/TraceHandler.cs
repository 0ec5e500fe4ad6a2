using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Gantry.Protocol.Distribution;

namespace Gantry.Client.Remote.Transport;

/// <summary>Tells of requests, answers and warnings. Bodies are never told: tokens and secrets live in them.</summary>
internal sealed class TraceHandler(RegistryClientOptions options, Origin registry, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>A registry that warns of something new each time is listened to this often.</summary>
    private const int MaxWarnings = 100;

    // All of an answer's warnings have at most as many bytes (distribution-spec, "Warnings").
    private const int MaxWarningLength = 4096;

    private readonly Redaction _redaction = new(options.Headers);
    private readonly HashSet<string> _warnings = new(StringComparer.Ordinal);
    private long _requests = -1;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _requests);
        options.Trace?.Invoke(Describe(request, number));
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        options.Trace?.Invoke(Describe(response, number));
        if (options.OnWarning is { } onWarning && Origin.Of(request.RequestUri!) == registry)
            Warn(response, onWarning);
        return response;
    }

    private string Describe(HttpRequestMessage request, long number)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"--> Request #{number}\n");
        text.Append(CultureInfo.InvariantCulture, $"> {request.Method} {Redaction.Url(request.RequestUri!)}\n");
        Append(text, "> ", request.Headers.NonValidated);
        if (request.Content is { } content)
            Append(text, "> ", content.Headers.NonValidated);
        return text.ToString(0, text.Length - 1);
    }

    private string Describe(HttpResponseMessage response, long number)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<-- Response #{number}\n");
        text.Append(CultureInfo.InvariantCulture, $"< {(int)response.StatusCode} HTTP/{response.Version}\n");
        Append(text, "< ", response.Headers.NonValidated);
        Append(text, "< ", response.Content.Headers.NonValidated);
        return text.ToString(0, text.Length - 1);
    }

    private void Append(StringBuilder text, string prefix, HttpHeadersNonValidated headers)
    {
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
                text.Append(prefix).Append(name).Append(": ").Append(_redaction.Header(name, value)).Append('\n');
        }
    }

    /// <summary>Code 299 alone is meant for people (distribution-spec, "Warnings").</summary>
    private void Warn(HttpResponseMessage response, Action<string> onWarning)
    {
        foreach (var warning in response.Headers.Warning)
        {
            if (warning.Code != 299 || WarningHeader.Unquote(warning.Text) is not { Length: <= MaxWarningLength } text)
                continue;
            bool isNew;
            lock (_warnings)
                isNew = _warnings.Count < MaxWarnings && _warnings.Add(text);
            if (isNew)
                onWarning(text);
        }
    }
}
