using Gantry.Load.Report;
using Gantry.Load.SignIns;

namespace Gantry.Load.Tests.SignIns;

public sealed class SignInReportTests
{
    [Theory]
    [InlineData(190, 6000, 0)]
    [InlineData(210, 6000, 1)]
    [InlineData(190, 4000, 1)]
    public void The_report_says_how_much_longer_a_manifest_takes_and_how_hard_the_flood_was(int micros, double rate, int missed)
    {
        var report = new SignInReport(
        [
            Figure(SignInStory.Pings, 9000, 100), Figure(SignInStory.Pings, 8000, 100), Figure(SignInStory.Pings, 1, 9999),
            Figure(SignInStory.Wrong, rate, micros), Figure(SignInStory.Unanswered, 5000, 150), Figure(SignInStory.Tokens, 5000, 199),
        ]);

        var text = report.Markdown(3, ["a machine"]);

        Assert.Contains("| GET /v2/ | 8000 | 10 | 100 | 2000 | 9 |", text, StringComparison.Ordinal);
        Assert.Contains($"| {micros / 100.0:0.00} times |", text, StringComparison.Ordinal);
        Assert.Contains("- a machine\n", text, StringComparison.Ordinal);
        Assert.Equal(missed, report.Gates.Count(gate => !gate.Holds));
    }

    private static SignInFigure Figure(string flood, double rate, int micros) =>
        new(flood, rate, 10, TimeSpan.FromMicroseconds(micros), TimeSpan.FromMicroseconds(2000), 3);
}
