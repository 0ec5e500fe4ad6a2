using System.Globalization;
using System.Text;

namespace Gantry.Load.Builds;

/// <summary>The results as Markdown.</summary>
internal static class ResultTable
{
    public static string Write(IReadOnlyList<StoryResult> results, IReadOnlyList<string> machine)
    {
        var text = new StringBuilder("# Builds\n\nSeconds of wall time, median (fastest to slowest); the last column says how many times as fast ours is. Both do the same work in turns in one run of `eng/bench`.\n\n");
        text.Append("| story | ours | peer | ratio |\n|---|---|---|---|\n");
        foreach (var result in results)
            text.Append(CultureInfo.InvariantCulture, $"| {result.Story.Title} | {Cell(result.Story.Ours, result.Ours)} | {Cell(result.Story.Peer, result.Peers)} | {result.Ratio:0.0} |\n");
        text.Append('\n');
        foreach (var line in machine)
            text.Append("- ").Append(line).Append('\n');
        return text.ToString();
    }

    private static string Cell(Contestant contestant, IReadOnlyList<TimeSpan> times) =>
        string.Create(CultureInfo.InvariantCulture, $"{contestant.Name}: **{StoryResult.Median(times).TotalSeconds:0.00}** ({times.Min().TotalSeconds:0.00} to {times.Max().TotalSeconds:0.00})");
}
