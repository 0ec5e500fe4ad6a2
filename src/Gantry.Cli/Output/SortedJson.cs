using System.Text.Json;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Output;

/// <summary>JSON as Go writes a map that it read: members sorted, text escaped anew, numbers as they stood.</summary>
internal static class SortedJson
{
    public static void Write(GoJsonWriter json, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.StartObject();
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    json.Name(member.Name);
                    Write(json, member.Value);
                }
                json.EndObject();
                break;
            case JsonValueKind.Array:
                json.StartArray();
                foreach (var item in element.EnumerateArray())
                    Write(json, item);
                json.EndArray();
                break;
            case JsonValueKind.String:
                json.StringValue(element.GetString()!);
                break;
            default:
                json.RawValue(System.Text.Encoding.UTF8.GetBytes(element.GetRawText()));
                break;
        }
    }
}
