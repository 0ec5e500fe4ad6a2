using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Output.Az;

/// <summary>Writes a command's result in the forms of az.</summary>
internal static class AzOutput
{
    /// <param name="result">The result; null for a command that has none.</param>
    /// <param name="format">The form.</param>
    /// <param name="columns">What a table shows of each element; null for each of its single values.</param>
    public static string Write(JsonNode? result, AzFormat format, IReadOnlyList<AzColumn>? columns = null)
    {
        if (result is null)
            return "";
        return format switch
        {
            AzFormat.Json => AzJson.Write(result) + "\n",
            AzFormat.Yaml => AzYaml.Write(result),
            AzFormat.Table => AzTable.Write(result, columns) + "\n",
            AzFormat.Tsv => AzTsv.Write(result),
            _ => "",
        };
    }

    /// <summary>Members in the order of their names, whatever order the registry sent: scripts compare az's output.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Sorted(JsonObject members) => members.OrderBy(member => member.Key, StringComparer.Ordinal);

    /// <summary>The elements of a list; anything else stands for itself.</summary>
    public static IReadOnlyList<JsonNode?> Rows(JsonNode result) => result is JsonArray list ? [.. list] : [result];

    /// <summary>A single value in a cell. az is written in Python, whose truth has a capital letter.</summary>
    public static string Cell(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "None",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };
}
