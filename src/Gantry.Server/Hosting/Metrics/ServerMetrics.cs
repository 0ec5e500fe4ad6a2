using System.Diagnostics.Metrics;
using System.Globalization;

namespace Gantry.Server.Hosting.Metrics;

/// <summary>What the server counts. Labels are drawn from small fixed sets.</summary>
public sealed class ServerMetrics : IDisposable
{
    // Every status in three digits, so that no request makes a text of its own.
    private static readonly string[] Statuses = [.. Enumerable.Range(0, 1000).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    private readonly Meter _meter = new("Gantry.Server");
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _bytesIn;
    private readonly Counter<long> _bytesOut;
    private readonly UpDownCounter<long> _uploads;

    public ServerMetrics()
    {
        Text = new PrometheusText(_meter);
        _requests = _meter.CreateCounter<long>("gantry_http_requests_total", description: "Requests answered.");
        _durations = _meter.CreateHistogram<double>("gantry_http_request_seconds", description: "Time from request to the end of its answer.");
        _bytesIn = _meter.CreateCounter<long>("gantry_http_received_bytes_total", description: "Bytes of request bodies, as announced.");
        _bytesOut = _meter.CreateCounter<long>("gantry_http_sent_bytes_total", description: "Bytes of answers, as announced.");
        _uploads = _meter.CreateUpDownCounter<long>("gantry_uploads_running", description: "Requests that are sending blob bytes now.");
    }

    /// <summary>Everything counted so far, for <c>/metrics</c>.</summary>
    public PrometheusText Text { get; }

    public void UploadBegins() => _uploads.Add(1);

    public void UploadEnds() => _uploads.Add(-1);

    public void Answered(string route, int status, TimeSpan duration, long received, long sent)
    {
        _requests.Add(1, new("route", route), new("status", Statuses[status]));
        _durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("route", route));
        if (received > 0)
            _bytesIn.Add(received, new KeyValuePair<string, object?>("route", route));
        if (sent > 0)
            _bytesOut.Add(sent, new KeyValuePair<string, object?>("route", route));
    }

    public void Dispose()
    {
        Text.Dispose();
        _meter.Dispose();
    }
}
