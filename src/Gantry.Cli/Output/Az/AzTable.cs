using System.Text;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Output.Az;

/// <summary>az's table: a column for each single value, its name with a capital letter; lists, objects and identifiers are left out.</summary>
internal static class AzTable
{
    /// <summary>How much wider than its heading a column is at least: the layout that az inherits from Python's tabulate.</summary>
    private const int HeadingMargin = 2;

    public static string Write(JsonNode result, IReadOnlyList<AzColumn>? chosen = null)
    {
        var columns = new List<string>();
        var rows = AzOutput.Rows(result).Select(row => chosen is null ? Cells(row) : chosen.ToDictionary(column => column.Heading, column => column.Cell(row))).ToArray();
        foreach (var row in rows)
            columns.AddRange(row.Keys.Where(key => !columns.Contains(key)));
        if (rows.Length == 0)
            return "";
        if (columns.Count == 0)
            throw new CommandException(ExitCode.Failed, "the result has nothing that a table could show") { Advice = "Use -o json." };

        var widths = columns.Select(column => Math.Max(Width(column) + HeadingMargin, rows.Max(row => Width(row.GetValueOrDefault(column, ""))))).ToArray();
        var lines = new List<string>
        {
            Line(columns, widths),
            string.Join("  ", widths.Select(width => new string('-', width))),
        };
        lines.AddRange(rows.Select(row => Line([.. columns.Select(column => row.GetValueOrDefault(column, ""))], widths)));
        return string.Join('\n', lines);
    }

    private static Dictionary<string, string> Cells(JsonNode? row)
    {
        if (row is JsonArray list)
            return list.Select((value, i) => (Key: $"Column{i + 1}", Value: AzOutput.Cell(value))).ToDictionary(cell => cell.Key, cell => cell.Value);
        if (row is not JsonObject members)
            return new() { ["Result"] = AzOutput.Cell(row) };
        var cells = new Dictionary<string, string>();
        foreach (var (name, value) in AzOutput.Sorted(members))
        {
            if (value is JsonValue && name is not ("id" or "type" or "etag" or ""))
                cells[char.ToUpperInvariant(name[0]) + name[1..]] = AzOutput.Cell(value);
        }
        return cells;
    }

    private static string Line(List<string> cells, int[] widths)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Count; i++)
            line.Append(i == 0 ? "" : "  ").Append(cells[i]).Append(' ', widths[i] - Width(cells[i]));
        return line.ToString().TrimEnd(' ');
    }

    private static int Width(string text) => text.EnumerateRunes().Count();
}
