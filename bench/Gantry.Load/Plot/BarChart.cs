using System.Globalization;
using System.Security;
using System.Text;

namespace Gantry.Load.Plot;

/// <summary>Bars side by side as SVG, readable on light and on dark.</summary>
/// <remarks>
/// <code>
///  Title
///  panel title
///      label |==================== 41,000/s
///      label |=== 6,100/s
/// </code>
/// Each panel has a scale of its own: what is compared is ours with its peers, not one kind of work with another.
/// </remarks>
internal static class BarChart
{
    private const int Width = 860;
    private const int Margin = 16;
    private const int LabelWidth = 230;
    private const int TextWidth = 110;
    private const int TitleHeight = 40;
    private const int PanelTitleHeight = 26;
    private const int RowHeight = 20;
    private const int BarHeight = 14;
    private const int BarWidth = Width - (2 * Margin) - LabelWidth - TextWidth;

    // The reader's scheme decides; where it is unknown, the colours of the first rules are told apart on white and on black.
    private const string Style = """
        text{font-family:system-ui,sans-serif;font-size:13px;fill:#57606a}
        .title{font-size:18px;font-weight:600}
        .panel{font-weight:600}
        .label{text-anchor:end}
        .ours{fill:#1f883d}
        .peer{fill:#8b949e}
        @media (prefers-color-scheme:dark){text{fill:#c9d1d9}.ours{fill:#3fb950}.peer{fill:#6e7681}}
        """;

    public static string Draw(string title, IReadOnlyList<Panel> panels)
    {
        var height = Margin + TitleHeight + panels.Sum(panel => PanelTitleHeight + (panel.Bars.Count * RowHeight) + Margin);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Escaped(title)}\">\n<style>\n{Style}\n</style>\n");
        Text(svg, "title", Margin, Margin + 16, title);
        var top = Margin + TitleHeight;
        foreach (var panel in panels)
        {
            Text(svg, "panel", Margin, top + 12, panel.Title);
            top += PanelTitleHeight;
            var most = panel.Bars.Max(bar => bar.Value);
            foreach (var bar in panel.Bars)
            {
                const int start = Margin + LabelWidth;
                var length = most > 0 ? Math.Max(1, BarWidth * bar.Value / most) : 0;
                Text(svg, "label", start - 8, top + 12, bar.Label);
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{(bar.IsOurs ? "ours" : "peer")}\" x=\"{start}\" y=\"{top}\" width=\"{length:0.#}\" height=\"{BarHeight}\" rx=\"2\"/>\n");
                Text(svg, "value", (int)(start + length) + 6, top + 12, bar.Text);
                top += RowHeight;
            }
            top += Margin;
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void Text(StringBuilder svg, string kind, int x, int y, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{x}\" y=\"{y}\">{Escaped(text)}</text>\n");

    private static string Escaped(string text) => SecurityElement.Escape(text);
}
