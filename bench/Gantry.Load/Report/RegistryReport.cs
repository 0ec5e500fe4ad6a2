using System.Globalization;
using System.Text;
using Gantry.Load.Peers;
using Gantry.Load.Plot;
using Gantry.Load.Workloads;

namespace Gantry.Load.Report;

/// <summary>The registry's results: Markdown, and a plot for each of its parts.</summary>
internal sealed class RegistryReport(IReadOnlyList<WorkloadResult> results, IReadOnlyDictionary<PeerKind, string> names)
{
    private const string Preface = """
        # Registry

        All peers of a line did its work in turns, in the same minutes, on the same machine as the client, each from an empty folder of its own. Every figure is the median over the rounds; "ours is" says how many times the rate of that peer ours has, so more than 1 is faster. CPU is the server's alone, all of its threads and processes, per thousand operations or per GiB; peak is its resident memory. Sizes are powers of two as in zot's `zb`, whose names the lines have; rates are decimal. `c16` is sixteen connections.

        The client is our own (`bench/Gantry.Load`): kept-alive HTTP/1.1 without TLS, one thread over epoll for small requests, a blocking thread per connection for the others; it checks status and length of every answer, and shares the processors with the server.


        """;

    public IReadOnlyList<Gate> Gates { get; } = [.. results.SelectMany(result => Gate.Of(result, names))];

    public long Errors => results.Sum(result => result.Workload.Peers.Sum(result.Errors));

    public string Markdown(int rounds, IEnumerable<string> machine)
    {
        var text = new StringBuilder(Preface);
        foreach (var line in machine)
            text.Append("- ").Append(line).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"- rounds: {rounds}, after one that was not counted; {string.Join("; ", results.SelectMany(result => result.Workload.Peers).Distinct().Order().Select(kind => names[kind]))}\n\n");
        if (Gates.Count > 0)
            text.Append("## Wanted\n\n").Append(Gate.Table(Gates));
        foreach (var part in results.GroupBy(result => result.Workload.Topic))
        {
            text.Append(CultureInfo.InvariantCulture, $"## {part.Key.Title}\n\n{part.Key.Text}\n\n![{part.Key.Title}: rates side by side](registry-{part.Key.Name}.svg)\n\n");
            AppendTable(text, part);
        }
        foreach (var result in results.Where(result => result.FirstError is not null))
            text.Append(CultureInfo.InvariantCulture, $"- {result.Workload.Name}: {result.FirstError}\n");
        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>File names with their plots.</summary>
    public IEnumerable<(string Name, string Svg)> Plots() =>
        from part in results.GroupBy(result => result.Workload.Topic)
        select ($"registry-{part.Key.Name}.svg", BarChart.Draw(part.Key.Title, [.. part.Select(Panel)]));

    private Panel Panel(WorkloadResult result) => new(result.Workload.Name,
        [.. result.Workload.Peers.Select(kind => new Bar(names[kind], result.Rate(kind), Figures.Rate(result.Rate(kind), result.Workload.InBytes), kind is PeerKind.Gantry or PeerKind.GantryBearer))]);

    private void AppendTable(StringBuilder text, IEnumerable<WorkloadResult> part)
    {
        text.Append("| work | program | rate | ours is | p50 ms | p75 | p90 | p99 | max | CPU s | peak MiB | errors |\n");
        text.Append("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var result in part)
        {
            var ours = result.Workload.Peers[0];
            foreach (var kind in result.Workload.Peers)
            {
                var ratio = kind is PeerKind.Gantry or PeerKind.GantryBearer ? "" : $"{Figures.Times(result.Rate(ours) / result.Rate(kind))}x";
                text.Append(CultureInfo.InvariantCulture, $"| {(kind == ours ? result.Workload.Name : "")} | {names[kind]} | {Figures.Rate(result.Rate(kind), result.Workload.InBytes)} | {ratio} |");
                foreach (var percent in (double[])[50, 75, 90, 99, 100])
                    text.Append(CultureInfo.InvariantCulture, $" {Figures.Number(result.Milliseconds(kind, percent))} |");
                text.Append(CultureInfo.InvariantCulture, $" {Figures.Number(result.CpuPerUnit(kind))} | {Figures.MiB(result.PeakBytes(kind))} | {result.Errors(kind)} |\n");
            }
        }
        text.Append('\n');
    }
}
