using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Output.Az;

/// <summary>YAML in blocks, members sorted. Text that a reader could take for something else stands in quotes.</summary>
internal static class AzYaml
{
    private static readonly string[] Words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

    public static string Write(JsonNode result)
    {
        var text = new StringBuilder();
        Append(text, result, indent: 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonNode? node, int indent)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                var first = true;
                foreach (var (name, value) in AzOutput.Sorted(members))
                {
                    // A list's dash stands before the first member, which is already indented.
                    text.Append(' ', first ? 0 : indent).Append(Text(name)).Append(':');
                    first = false;
                    AppendValue(text, value, indent);
                }
                break;
            case JsonArray { Count: > 0 } list:
                for (var i = 0; i < list.Count; i++)
                {
                    text.Append(' ', i == 0 ? 0 : indent).Append("- ");
                    Append(text, list[i], indent + 2);
                }
                break;
            default:
                text.Append(Scalar(node)).Append('\n');
                break;
        }
    }

    private static void AppendValue(StringBuilder text, JsonNode? value, int indent)
    {
        // A list hangs below its name at the same depth, an object one level deeper.
        var depth = value is JsonObject { Count: > 0 } ? indent + 2 : indent;
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
            text.Append('\n').Append(' ', depth);
        else
            text.Append(' ');
        Append(text, value, depth);
    }

    private static string Scalar(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when node.GetValueKind() == JsonValueKind.String => Text(node.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    private static string Text(string value)
    {
        if (value.Any(char.IsControl))
        {
            var quoted = new StringBuilder();
            AzJson.AppendString(quoted, value);
            return quoted.ToString();
        }
        return IsPlain(value) ? value : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static bool IsPlain(string value) =>
        value.Length > 0 && char.IsLetter(value[0]) && value[^1] != ':'
        && value.All(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '/' or ':' or '@' or '+' or '-')
        && !Words.Contains(value, StringComparer.OrdinalIgnoreCase);
}
