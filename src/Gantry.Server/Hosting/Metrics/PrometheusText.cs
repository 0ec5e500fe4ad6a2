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
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> _series = new();

    internal PrometheusText(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
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
            foreach (var (key, series) in group.OrderBy(entry => entry.Key.Labels, StringComparer.Ordinal))
                series.Write(text, instrument.Name, key.Labels);
        }
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = tags.Length switch
        {
            0 => "",
            1 => $"{tags[0].Key}=\"{tags[0].Value}\"",
            _ => $"{tags[0].Key}=\"{tags[0].Value}\",{tags[1].Key}=\"{tags[1].Value}\"",
        };
        _series.GetOrAdd((instrument, labels), key => new Series(key.Instrument is Histogram<double> ? new long[Bounds.Length] : null)).Add(value);
    }

    private sealed class Series(long[]? buckets)
    {
        private readonly Lock _gate = new();
        private double _sum;
        private long _count;

        public void Add(double value)
        {
            lock (_gate)
            {
                _sum += value;
                _count++;
                for (var i = 0; buckets is not null && i < Bounds.Length; i++)
                    buckets[i] += value <= Bounds[i] ? 1 : 0;
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (_gate)
            {
                if (buckets is null)
                {
                    Line(text, name, labels, _sum);
                    return;
                }
                for (var i = 0; i < Bounds.Length; i++)
                    Line(text, name + "_bucket", $"{labels},le=\"{Number(Bounds[i])}\"", buckets[i]);
                Line(text, name + "_bucket", $"{labels},le=\"+Inf\"", _count);
                Line(text, name + "_sum", labels, _sum);
                Line(text, name + "_count", labels, _count);
            }
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
