using System.Globalization;
using System.Text;
using Gantry.Load.Collect;

namespace Gantry.Load.Report;

/// <summary>The story of collection as Markdown.</summary>
/// <param name="figures">From the smallest registry to the largest.</param>
internal sealed class CollectionReport(IReadOnlyList<CollectionFigure> figures)
{
    private const double WantedTimes = 2;

    private const string Preface = """
        # Collection

        The collector on SQLite and files, without HTTP: the same garbage, blobs that were pushed and that nothing names, in registries that keep few and many others. The kept ones are rows that manifests name, ten each, put there without a push. In turns, the median of the rounds; each begins after the pushes before it are on the disk.

        | kept | garbage | median ms | fastest | slowest |
        |--:|--:|--:|--:|--:|

        """;

    public Gate Gate { get; } = new(
        string.Create(CultureInfo.InvariantCulture, $"collecting {figures[^1].Garbage} blobs among {figures[^1].Kept}"),
        string.Create(CultureInfo.InvariantCulture, $"at most {WantedTimes} times as long as among {figures[0].Kept}"),
        $"{Figures.Times(figures[^1].Median / figures[0].Median)} times",
        figures[^1].Median <= WantedTimes * figures[0].Median);

    public string Markdown(int rounds, IEnumerable<string> machine)
    {
        var text = new StringBuilder(Preface);
        foreach (var figure in figures)
            text.Append(CultureInfo.InvariantCulture, $"| {figure.Kept} | {figure.Garbage} | {figure.Median * 1000:0.0} | {figure.Seconds.Min() * 1000:0.0} | {figure.Seconds.Max() * 1000:0.0} |\n");
        text.Append("\n## Wanted\n\n").Append(Gate.Table([Gate]));
        text.Append(CultureInfo.InvariantCulture, $"- {rounds} rounds after one that does not count\n");
        foreach (var line in machine)
            text.Append("- ").Append(line).Append('\n');
        return text.ToString();
    }
}
