using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>One peer's round of a workload.</summary>
/// <param name="Result">As the client saw it.</param>
/// <param name="Cpu">What the server used meanwhile.</param>
/// <param name="PeakBytes">The server's most resident memory meanwhile.</param>
internal sealed record Cell(LoadResult Result, TimeSpan Cpu, long PeakBytes);
