using Gantry.Load.Workloads;

namespace Gantry.Load.Collect;

/// <summary>How long the same garbage took to collect among so many blobs that are needed.</summary>
/// <param name="Kept">Blobs that manifests name.</param>
/// <param name="Garbage">Blobs that went in each round.</param>
/// <param name="Seconds">Of each round.</param>
internal sealed record CollectionFigure(int Kept, int Garbage, IReadOnlyList<double> Seconds)
{
    public double Median => WorkloadResult.MedianOf([.. Seconds]);
}
