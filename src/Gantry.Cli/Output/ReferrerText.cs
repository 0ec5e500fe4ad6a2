using System.Text;
using Gantry.Cli.Commands;

namespace Gantry.Cli.Output;

/// <summary>Referrers as a tree: types, below each its manifests, below each its annotations and its own referrers.</summary>
internal static class ReferrerText
{
    public static string Of(string root, ReferrerTree tree)
    {
        var text = new StringBuilder(root).Append('\n');
        Append(text, "", Below(tree));
        return text.ToString();
    }

    private sealed record Line(string Text, IReadOnlyList<Line> Below);

    private static List<Line> Below(ReferrerTree tree) =>
    [
        .. tree.Referrers.GroupBy(child => child.Node.ArtifactType?.ToString() ?? "<unknown>")
            .Select(group => new Line(TerminalText.Of(group.Key), [.. group.Select(child => new Line(child.Node.Digest.ToString(), [.. Annotations(child), .. Below(child)]))])),
    ];

    private static IEnumerable<Line> Annotations(ReferrerTree child)
    {
        if (child.Node.Annotations is { Count: > 0 } annotations)
        {
            yield return new Line("[annotations]",
                [.. annotations.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new Line(TerminalText.Of($"{pair.Key}: {Quote(pair.Value)}"), []))]);
        }
    }

    private static void Append(StringBuilder text, string indent, IReadOnlyList<Line> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var isLast = i == lines.Count - 1;
            text.Append(indent).Append(isLast ? "└── " : "├── ").Append(lines[i].Text).Append('\n');
            Append(text, indent + (isLast ? "    " : "│   "), lines[i].Below);
        }
    }

    /// <summary>Quotes as YAML does what YAML would read as something else than text.</summary>
    private static string Quote(string value)
    {
        if (value.ToLowerInvariant() is "y" or "n" or "yes" or "no" or "on" or "off")
            return $"'{value}'";
        var isOther = value.Length == 0 || value.ToLowerInvariant() is "true" or "false" or "null" or "~"
            || double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _)
            || (value.Length >= 10 && char.IsAsciiDigit(value[0]) && value[4] == '-' && value[7] == '-');
        if (isOther)
            return $"\"{value}\"";
        var isPlain = !"!&*-?|>@`%{}[],#:'\" ".Contains(value[0]) && !value.Contains(": ") && !value.Contains(" #") && !value.EndsWith(' ') && !value.EndsWith(':');
        return isPlain ? value : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
    }
}
