using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Output.Az;

/// <summary>JSON as Python's encoder prints it for az: members sorted, two spaces a level, text unescaped where JSON allows it.</summary>
internal static class AzJson
{
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node, indent: 0);
        return text.ToString();
    }

    public static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }

    private static void Append(StringBuilder text, JsonNode? node, int indent)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                text.Append('{');
                AppendAll(text, AzOutput.Sorted(members), indent, member =>
                {
                    AppendString(text, member.Key);
                    text.Append(": ");
                    Append(text, member.Value, indent + 2);
                });
                text.Append('}');
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('[');
                AppendAll(text, list, indent, item => Append(text, item, indent + 2));
                text.Append(']');
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                AppendString(text, value.GetValue<string>());
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void AppendAll<T>(StringBuilder text, IEnumerable<T> items, int indent, Action<T> append)
    {
        var first = true;
        foreach (var item in items)
        {
            text.Append(first ? "\n" : ",\n").Append(' ', indent + 2);
            append(item);
            first = false;
        }
        text.Append('\n').Append(' ', indent);
    }
}
