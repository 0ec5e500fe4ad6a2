using System.Globalization;
using System.Text;
using Gantry.Load.Memory;
using Gantry.Load.Plot;

namespace Gantry.Load.Report;

/// <summary>The memory stories as Markdown and a plot.</summary>
internal sealed class MemoryReport(IReadOnlyList<MemoryFigure> figures)
{
    private const string Preface = """
        # Memory

        The most resident memory that each program took (VmHWM of /proc, reset before the work where it is a server's), with the page cache left out as the kernel does. The large blob goes through our own command line, `gantry push` and `gantry pull`, also where the server is another one; the pushes are those of the load client, each of an image whose layer differs from all others.

        ![Peak of resident memory](memory.svg)


        """;

    public IReadOnlyList<Gate> Gates { get; } =
    [
        .. from figure in figures
           where figure.LimitBytes is not null
           select new Gate($"{figure.Work}: {figure.Program}", $"under {figure.LimitBytes / 1_000_000} MB", $"{Megabytes(figure)} MB", figure.PeakBytes < figure.LimitBytes),
    ];

    public string Plot() => BarChart.Draw("Peak of resident memory",
        [.. figures.GroupBy(figure => figure.Work).Select(work => new Panel(work.Key, [.. work.Select(figure => new Bar(figure.Program, figure.PeakBytes, $"{Megabytes(figure)} MB", figure.LimitBytes is not null))]))]);

    public string Markdown(IEnumerable<string> machine)
    {
        var text = new StringBuilder(Preface).Append("| work | program | peak MB | seconds |\n|---|---|--:|--:|\n");
        foreach (var figure in figures)
            text.Append(CultureInfo.InvariantCulture, $"| {figure.Work} | {figure.Program} | {Megabytes(figure)} | {figure.Time.TotalSeconds:0.0} |\n");
        text.Append("\n## Wanted\n\n").Append(Gate.Table(Gates));
        foreach (var line in machine)
            text.Append("- ").Append(line).Append('\n');
        return text.ToString();
    }

    private static string Megabytes(MemoryFigure figure) => (figure.PeakBytes / 1e6).ToString("0", CultureInfo.InvariantCulture);
}
