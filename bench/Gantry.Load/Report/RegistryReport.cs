using System.Globalization;
using System.Text;
using Gantry.Load.Peers;
using Gantry.Load.Workloads;

namespace Gantry.Load.Report;

/// <summary>The registry's results as Markdown.</summary>
internal static class RegistryReport
{
    public static void AppendTable(StringBuilder text, IReadOnlyList<WorkloadResult> results, IReadOnlyDictionary<PeerKind, string> names)
    {
        var bytes = results[0].Workload.InBytes;
        text.Append(CultureInfo.InvariantCulture, $"| work | program | {(bytes ? "MB/s" : "per second")} | ours is | p50 ms | p75 | p90 | p99 | max | CPU s per {(bytes ? "GiB" : "1,000")} | peak MiB | errors |\n");
        text.Append("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var result in results)
        {
            var ours = result.Workload.Peers[0];
            foreach (var kind in result.Workload.Peers)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {(kind == ours ? result.Workload.Name : "")} | {names[kind]} | {Number(result.Rate(kind) / (bytes ? 1e6 : 1))} | {(kind == ours ? "" : $"{result.Rate(ours) / result.Rate(kind):0.00}x")} |");
                foreach (var percent in (double[])[50, 75, 90, 99, 100])
                    text.Append(CultureInfo.InvariantCulture, $" {Number(result.Milliseconds(kind, percent))} |");
                text.Append(CultureInfo.InvariantCulture, $" {result.CpuPerUnit(kind):0.000} | {result.PeakBytes(kind) / (1 << 20):0} | {result.Errors(kind)} |\n");
            }
        }
        text.Append('\n');
    }

    /// <summary>Three digits that matter, or all before the point.</summary>
    public static string Number(double value) =>
        value.ToString(value >= 100 ? "#,0" : value >= 10 ? "0.0" : value >= 1 ? "0.00" : "0.000", CultureInfo.InvariantCulture);
}
