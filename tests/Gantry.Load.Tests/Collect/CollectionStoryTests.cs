using Gantry.Load.Collect;
using Gantry.Load.Report;

namespace Gantry.Load.Tests.Collect;

public sealed class CollectionStoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gantry-collection-story-").FullName;

    [Fact]
    public async Task It_collects_the_garbage_and_nothing_else_in_every_round()
    {
        var figures = await new CollectionStory(_folder, [25, 400], rounds: 2).RunAsync(_ => { }, TestContext.Current.CancellationToken);

        // A collection that takes another number of blobs ends the story with an exception.
        Assert.Equal([(25, 100, 2), (400, 100, 2)], figures.Select(figure => (figure.Kept, figure.Garbage, figure.Seconds.Count)));
        Assert.All(figures, figure => Assert.True(figure.Median > 0));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData(0.018, "1.8", "holds")]
    [InlineData(0.025, "2.5", "**missed**")]
    public void The_report_says_how_many_times_longer_it_takes_among_many(double many, string times, string verdict)
    {
        var report = new CollectionReport([new(10_000, 100, [0.010, 0.009, 0.011]), new(1_000_000, 100, [many, many - 0.001, 1])]);

        var text = report.Markdown(3, ["a machine"]);

        Assert.Contains("| 10000 | 100 | 10.0 | 9.0 | 11.0 |", text, StringComparison.Ordinal);
        Assert.Contains("at most 2 times as long as among 10000", text, StringComparison.Ordinal);
        Assert.Contains($"| {times}", text, StringComparison.Ordinal);
        Assert.Contains(verdict, text, StringComparison.Ordinal);
        Assert.Contains("- a machine\n", text, StringComparison.Ordinal);
        Assert.Equal(verdict == "holds", report.Gate.Holds);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
