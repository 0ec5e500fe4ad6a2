using System.Text.Json.Nodes;

namespace Gantry.Cli.Output.Az;

/// <summary>az's tab-separated values: a line for each element, a list shown as its length, an object as nothing.</summary>
internal static class AzTsv
{
    public static string Write(JsonNode result) => string.Concat(AzOutput.Rows(result).Select(row => Line(row) + "\n"));

    private static string Line(JsonNode? row) => row switch
    {
        JsonObject members => string.Join('\t', AzOutput.Sorted(members).Select(member => Cell(member.Value))),
        JsonArray list => string.Join('\t', list.Select(Cell)),
        _ => AzOutput.Cell(row),
    };

    private static string Cell(JsonNode? value) => value switch
    {
        JsonArray list => list.Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
        JsonObject => "",
        _ => AzOutput.Cell(value),
    };
}
