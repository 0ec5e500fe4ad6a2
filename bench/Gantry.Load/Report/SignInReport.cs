using System.Globalization;
using System.Text;
using Gantry.Load.SignIns;

namespace Gantry.Load.Report;

/// <summary>The story of wrong sign-ins as Markdown.</summary>
internal sealed class SignInReport(IReadOnlyList<SignInFigure> figures)
{
    private const double WantedTimes = 2;
    private const double WantedRate = 5000;

    private const string Preface = """
        # A flood of wrong sign-ins

        A manifest is read by tag with a Bearer token, over one connection from 127.0.0.1, while 127.0.0.2 keeps sixteen connections busy: with `GET /v2/` that nobody signs, or with wrong sign-ins in turns, Basic with an id that nobody has, Basic with the owner's id and another secret, and `POST /oauth2/token` with such an id. Ten times a second a right sign-in comes from 127.0.0.2 as well; one that is refused would fail the run. Generator, client and server share the machine's processors. "No back-off" is a server on which `--failed-sign-ins-address` and `--failed-sign-ins-name` are off: it checks each of them. A token with a wrong signature costs the check of one, which is all that can be told of it. The median of the rounds.

        | flood | answered a second | manifests a second | manifest p50 µs | p99 µs | right sign-ins |
        |---|--:|--:|--:|--:|--:|

        """;

    public IReadOnlyList<Gate> Gates =>
    [
        .. from flood in (string[])[SignInStory.Wrong, SignInStory.Unanswered, SignInStory.Tokens]
           let times = Median(flood, figure => figure.Median.TotalMicroseconds) / Median(SignInStory.Pings, figure => figure.Median.TotalMicroseconds)
           from gate in (Gate[])
           [
               new($"p50 of a manifest, {flood}", string.Create(CultureInfo.InvariantCulture, $"at most {WantedTimes} times that beside {SignInStory.Pings}"), $"{Figures.Times(times)} times", times <= WantedTimes),
               new($"rate, {flood}", string.Create(CultureInfo.InvariantCulture, $"at least {WantedRate}/s"), Figures.Rate(Median(flood, figure => figure.Rate), inBytes: false), Median(flood, figure => figure.Rate) >= WantedRate),
           ]
           select gate,
    ];

    public string Markdown(int rounds, IEnumerable<string> machine)
    {
        var text = new StringBuilder(Preface);
        foreach (var flood in figures.Select(figure => figure.Flood).Distinct())
        {
            text.Append(CultureInfo.InvariantCulture,
                $"| {flood} | {Median(flood, figure => figure.Rate):0} | {Median(flood, figure => figure.Manifests):0} | {Median(flood, figure => figure.Median.TotalMicroseconds):0} | {Median(flood, figure => figure.Slow.TotalMicroseconds):0} | {figures.Where(figure => figure.Flood == flood).Sum(figure => figure.SignedIn)} |\n");
        }
        text.Append("\n## Wanted\n\n").Append(Gate.Table(Gates));
        text.Append(CultureInfo.InvariantCulture, $"- {rounds} rounds after one that does not count\n");
        foreach (var line in machine)
            text.Append("- ").Append(line).Append('\n');
        return text.ToString();
    }

    private double Median(string flood, Func<SignInFigure, double> of)
    {
        var sorted = figures.Where(figure => figure.Flood == flood).Select(of).Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
