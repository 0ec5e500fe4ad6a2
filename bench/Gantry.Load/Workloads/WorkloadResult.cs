using Gantry.Load.Peers;

namespace Gantry.Load.Workloads;

/// <summary>A workload's measured rounds, by peer; every figure is the median over them.</summary>
internal sealed record WorkloadResult(Workload Workload, IReadOnlyDictionary<PeerKind, List<Cell>> Cells)
{
    /// <summary>Operations or bytes a second.</summary>
    public double Rate(PeerKind kind) =>
        Median(kind, cell => (Workload.InBytes ? cell.Result.Bytes : cell.Result.Operations) / cell.Result.Time.TotalSeconds);

    public double Milliseconds(PeerKind kind, double percent) => Median(kind, cell => cell.Result.Latencies.Percentile(percent).TotalMilliseconds);

    /// <summary>Server's processor seconds for a thousand operations, or a gibibyte.</summary>
    public double CpuPerUnit(PeerKind kind) =>
        Median(kind, cell => cell.Cpu.TotalSeconds / Math.Max(Workload.InBytes ? cell.Result.Bytes / (double)(1 << 30) : cell.Result.Operations / 1e3, 1e-9));

    public double PeakBytes(PeerKind kind) => Median(kind, cell => cell.PeakBytes);

    public long Errors(PeerKind kind) => Cells[kind].Sum(cell => cell.Result.Errors);

    public string? FirstError => Cells.Values.SelectMany(cells => cells).Select(cell => cell.Result.FirstError).FirstOrDefault(error => error is not null);

    public static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private double Median(PeerKind kind, Func<Cell, double> figure) => MedianOf(Cells[kind].Select(figure));
}
