using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Protocol;
using Gantry.Protocol.Runs;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary>A run as az shows it: the properties beside the resource's own members, and every member there is, null where it has no value.</summary>
internal static class RunJson
{
    /// <summary>What az's model of a run has and a plain build leaves empty.</summary>
    private static readonly string[] EmptyMembers =
    [
        "agentConfiguration", "agentPoolName", "customRegistries", "finishTime", "imageUpdateTrigger", "logArtifact", "outputImages", "runErrorMessage",
        "sourceRegistryAuth", "sourceTrigger", "startTime", "systemData", "task", "timerTrigger", "updateTriggerToken",
    ];

    private static readonly string[] Times = ["createTime", "startTime", "finishTime", "lastUpdatedTime"];

    public static IReadOnlyList<AzColumn> Columns { get; } =
    [
        new("RUN ID", run => Text(run, "runId")),
        new("TASK", run => Text(run, "task")),
        new("PLATFORM", run => Text(run?["platform"], "os")),
        new("STATUS", run => Text(run, "status")),
        new("TRIGGER", _ => "Manual"),
        new("STARTED", run => TimeOf(run, "startTime")?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? " "),
        new("DURATION", Duration),
    ];

    public static JsonNode Of(RunResource run)
    {
        var members = JsonSerializer.SerializeToNode(run.Properties, WireJson.Wire.RunProperties)!.AsObject();
        foreach (var name in EmptyMembers)
        {
            if (!members.ContainsKey(name))
                members[name] = null;
        }
        foreach (var name in Times)
        {
            if (members[name] is { } time)
                members[name] = AzResource.Time(DateTimeOffset.Parse(time.GetValue<string>(), CultureInfo.InvariantCulture));
        }
        Complete(members["platform"], "architecture", "variant");
        foreach (var image in members["outputImages"] as JsonArray ?? [])
            Complete(image, "tag");
        members["id"] = run.Id;
        members["name"] = run.Name;
        members["type"] = run.Type;
        members["resourceGroup"] = AzResource.GroupOf(run.Id);
        return members;
    }

    private static void Complete(JsonNode? node, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (node is JsonObject members && !members.ContainsKey(name))
                members[name] = null;
        }
    }

    private static string Text(JsonNode? node, string name) => node?[name] is { } value ? AzOutput.Cell(value) : " ";

    private static DateTime? TimeOf(JsonNode? run, string name) =>
        run?[name] is { } value ? DateTimeOffset.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture).UtcDateTime : null;

    private static string Duration(JsonNode? run) =>
        TimeOf(run, "startTime") is { } start && TimeOf(run, "finishTime") is { } finish && finish - start is var took
            ? $"{(int)took.TotalHours:00}:{took.Minutes:00}:{took.Seconds:00}"
            : " ";
}
