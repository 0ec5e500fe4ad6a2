using Gantry.Load.Peers;
using Gantry.Load.Workloads;

namespace Gantry.Load.Report;

/// <summary>Something promised, and what was measured of it.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Wanted">In words.</param>
/// <param name="Measured">In words.</param>
/// <param name="Holds">Whether it is so.</param>
internal sealed record Gate(string Subject, string Wanted, string Measured, bool Holds)
{
    public static IEnumerable<Gate> Of(WorkloadResult result, IReadOnlyDictionary<PeerKind, string> names)
    {
        foreach (var wanted in result.Workload.Wanted)
        {
            var times = result.Rate(wanted.Ours) / result.Rate(wanted.Peer);
            yield return new Gate($"{result.Workload.Name}{(wanted.Ours == PeerKind.GantryBearer ? ", Bearer" : "")}", $"at least {wanted.Times} times {names[wanted.Peer]}", $"{Figures.Times(times)} times", times >= wanted.Times);
        }
    }

    public static string Table(IEnumerable<Gate> gates) =>
        string.Concat(["| of | wanted | measured | |\n|---|---|---|---|\n", .. gates.Select(gate => $"| {gate.Subject} | {gate.Wanted} | {gate.Measured} | {(gate.Holds ? "holds" : "**missed**")} |\n"), "\n"]);
}
