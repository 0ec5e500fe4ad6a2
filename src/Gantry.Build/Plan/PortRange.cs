using System.Globalization;
using Gantry.Build.Dockerfile;

namespace Gantry.Build.Plan;

/// <summary>What EXPOSE takes: <c>80</c>, <c>53/udp</c>, <c>8000-8003</c>, several between blanks after expansion.</summary>
internal static class PortRange
{
    public static IEnumerable<string> Expand(DockerfileDocument document, SourceSpan span, string text, ExpansionBudget budget)
    {
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var slash = part.IndexOf('/', StringComparison.Ordinal);
            var protocol = slash < 0 ? "tcp" : part[(slash + 1)..].ToLowerInvariant();
            var range = slash < 0 ? part : part[..slash];
            var dash = range.IndexOf('-', StringComparison.Ordinal);
            var first = dash < 0 ? range : range[..dash];
            var last = dash < 0 ? range : range[(dash + 1)..];
            if (!Port(first, out var from) || !Port(last, out var to) || from > to || protocol is not ("tcp" or "udp" or "sctp"))
                throw document.Source.Problem(span, $"\"{Protocol.Printable.Of(part)}\" is not a port", "Write port, port/udp, or first-last.");
            Take(to - from + 1);
            for (var port = from; port <= to; port++)
                yield return $"{port}/{protocol}";
        }

        void Take(int ports)
        {
            try
            {
                budget.TakeCharacters(ports * 8L);
            }
            catch (FormatException e)
            {
                throw document.Source.Problem(span, e.Message, "Write each range once.");
            }
        }
    }

    private static bool Port(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;
}
