using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Gantry.Server.Hosting.Metrics;

/// <summary>Adds up what a meter reports and writes it in Prometheus's text format (version 0.0.4).</summary>
public sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly double[] Bounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<SeriesKey, Series> _series = new();

    internal PrometheusText(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Observe(instrument, value, tags));
        _listener.Start();
    }

    public string Write()
    {
        var text = new StringBuilder();
        foreach (var group in _series.GroupBy(entry => entry.Key.Instrument).OrderBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            var instrument = group.Key;
            var kind = instrument is Histogram<double> ? "histogram" : instrument is UpDownCounter<long> ? "gauge" : "counter";
            text.Append("# HELP ").Append(instrument.Name).Append(' ').Append(instrument.Description).Append('\n');
            text.Append("# TYPE ").Append(instrument.Name).Append(' ').Append(kind).Append('\n');
            foreach (var series in group.Select(entry => entry.Value).OrderBy(series => series.Labels, StringComparer.Ordinal))
                series.Write(text, instrument.Name);
        }
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => Find(instrument, tags).Add(value);

    private void Observe(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => Find(instrument, tags).Observe(value);

    /// <summary>Each request comes here several times: what is known is found by what the tags hold, and no text is made for it.</summary>
    private Series Find(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = new SeriesKey(instrument, Value(tags, 0), Value(tags, 1));
        return _series.TryGetValue(key, out var known) ? known : _series.GetOrAdd(key, new Series(Labels(tags), instrument is Histogram<double>));
    }

    private static string? Value(ReadOnlySpan<KeyValuePair<string, object?>> tags, int place) => tags.Length > place ? tags[place].Value as string : null;

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = "";
        foreach (var (name, value) in tags)
            labels += $"{(labels.Length == 0 ? "" : ",")}{name}=\"{value}\"";
        return labels;
    }

    /// <summary>An instrument and the values of its tags, of which it has two at most, both text.</summary>
    private readonly record struct SeriesKey(Instrument Instrument, string? First, string? Second);

    /// <summary>One line of a counter, or the lines of one histogram. Added to without a lock: every request of a kind meets here.</summary>
    private sealed class Series(string labels, bool isHistogram)
    {
        private const double NanosPerSecond = 1e9;

        /// <summary>How many fell below each bound and not below the one before; the last are beyond every bound.</summary>
        private readonly long[]? _buckets = isHistogram ? new long[Bounds.Length + 1] : null;

        /// <summary>A counter's value, or the nanoseconds that a histogram has seen.</summary>
        private long _sum;

        public string Labels => labels;

        public void Add(long value) => Interlocked.Add(ref _sum, value);

        public void Observe(double seconds)
        {
            var bucket = 0;
            while (bucket < Bounds.Length && seconds > Bounds[bucket])
                bucket++;
            Interlocked.Increment(ref _buckets![bucket]);
            Interlocked.Add(ref _sum, (long)(seconds * NanosPerSecond));
        }

        public void Write(StringBuilder text, string name)
        {
            if (_buckets is null)
            {
                Line(text, name, labels, Volatile.Read(ref _sum));
                return;
            }
            long count = 0;
            for (var i = 0; i < Bounds.Length; i++)
                Line(text, name + "_bucket", $"{labels},le=\"{Number(Bounds[i])}\"", count += Volatile.Read(ref _buckets[i]));
            count += Volatile.Read(ref _buckets[^1]);
            Line(text, name + "_bucket", $"{labels},le=\"+Inf\"", count);
            Line(text, name + "_sum", labels, Volatile.Read(ref _sum) / NanosPerSecond);
            Line(text, name + "_count", labels, count);
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0)
                text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(Number(value)).Append('\n');
        }

        private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }
}
