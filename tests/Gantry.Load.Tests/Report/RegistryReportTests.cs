using System.Diagnostics;
using Gantry.Load.Peers;
using Gantry.Load.Report;
using Gantry.Load.Traffic;
using Gantry.Load.Workloads;

namespace Gantry.Load.Tests.Report;

public sealed class RegistryReportTests
{
    private static readonly Dictionary<PeerKind, string> Names = new() { [PeerKind.Gantry] = "ours 1", [PeerKind.DockerRegistry] = "peer 2" };

    [Fact]
    public void The_table_has_the_medians_and_the_ratio()
    {
        var text = Report(wanted: 3).Markdown(3, ["machine"]);
        Assert.Contains("| some work, c1 | ours 1 | 400/s |  | 2.00 |", text, StringComparison.Ordinal);
        Assert.Contains("|  | peer 2 | 100/s | 4.00x |", text, StringComparison.Ordinal);
        Assert.Contains("- rounds: 3, after one that was not counted; ours 1; peer 2", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3.9, true, "holds")]
    [InlineData(4.1, false, "**missed**")]
    public void A_promise_holds_or_is_missed(double wanted, bool holds, string word)
    {
        var report = Report(wanted);
        Assert.Equal(holds, Assert.Single(report.Gates).Holds);
        Assert.Contains($"| some work, c1 | at least {wanted} times peer 2 | 4.00 times | {word} |", report.Markdown(3, []), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_are_counted_and_told()
    {
        var report = Report(1, errors: 2);
        Assert.Equal(6, report.Errors);
        Assert.Contains("- some work, c1: it failed", report.Markdown(3, []), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_plot_that_is_named_is_drawn() =>
        Assert.All(Report(1).Plots(), plot => Assert.Contains($"]({plot.Name})", Report(1).Markdown(3, []), StringComparison.Ordinal));

    private static RegistryReport Report(double wanted, int errors = 0)
    {
        var workload = new Workload
        {
            Name = "some work, c1",
            Topic = new Topic("some", "Some", "Work."),
            Peers = [PeerKind.Gantry, PeerKind.DockerRegistry],
            Prepare = _ => throw new UnreachableException(),
            Run = (_, _) => throw new UnreachableException(),
            Wanted = [new Wanted(PeerKind.Gantry, PeerKind.DockerRegistry, wanted)],
        };
        // The middle round counts.
        return new RegistryReport([new WorkloadResult(workload, new Dictionary<PeerKind, List<Cell>>
        {
            [PeerKind.Gantry] = [Cell(90, errors), Cell(400, errors), Cell(500, errors)],
            [PeerKind.DockerRegistry] = [Cell(100), Cell(1), Cell(100)],
        })], Names);
    }

    private static Cell Cell(int operations, int errors = 0) =>
        new(new LoadResult(operations, operations * 10L, TimeSpan.FromSeconds(1), new Latencies([Stopwatch.Frequency / 500]), errors, errors > 0 ? "it failed" : null), TimeSpan.FromSeconds(0.5), 50 << 20);
}
