using System.Globalization;
using System.Text.Json.Nodes;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Output.Az;

/// <summary>What all resources have in common as az shows them: times as Python writes them, the group out of the path, and how tables show both.</summary>
internal static class AzResource
{
    /// <summary>What az's tables show where there is nothing.</summary>
    public const string Blank = " ";

    /// <summary>As Python writes a time: microseconds where there are any, and the offset in figures.</summary>
    public static string? Time(DateTimeOffset? time)
    {
        if (time is not { UtcDateTime: var utc })
            return null;
        var pattern = utc.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'+00:00'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'";
        return utc.ToString(pattern, CultureInfo.InvariantCulture);
    }

    public static string? GroupOf(string id) =>
        id.Split('/') is { Length: > 4 } parts && parts[3].Equals("resourceGroups", StringComparison.OrdinalIgnoreCase) ? parts[4] : null;

    /// <summary>The last part of a resource's path: its name.</summary>
    public static string NameOf(string id) => id[(id.LastIndexOf('/') + 1)..];

    public static JsonNode? History(ResourceHistory? history) => history is null ? null : new JsonObject
    {
        ["createdAt"] = Time(history.CreatedAt),
        ["createdBy"] = history.CreatedBy,
        ["createdByType"] = history.CreatedByType,
        ["lastModifiedAt"] = Time(history.LastModifiedAt),
        ["lastModifiedBy"] = history.LastModifiedBy,
        ["lastModifiedByType"] = history.LastModifiedByType,
    };

    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    /// <summary>A cell of a table.</summary>
    public static string Cell(JsonNode? value) => value is null || AzOutput.Cell(value) is not { Length: > 0 } text ? Blank : text;

    /// <summary>A time in a cell, to the second.</summary>
    public static string TimeCell(JsonNode? value) =>
        value is null ? Blank : DateTimeOffset.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static AzColumn Column(string heading, string member) => new(heading, row => Cell(row?[member]));

    public static AzColumn TimeColumn(string heading, string member) => new(heading, row => TimeCell(row?[member]));
}
