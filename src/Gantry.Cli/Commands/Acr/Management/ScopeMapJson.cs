using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Acr.Management;

/// <summary>Scope maps as az shows them.</summary>
internal static class ScopeMapJson
{
    /// <summary>Longer descriptions are cut in az's tables.</summary>
    private const int MaxDescription = 57;

    public static IReadOnlyList<AzColumn> Columns { get; } =
    [
        AzResource.Column("NAME", "name"),
        AzResource.Column("TYPE", "typePropertiesType"),
        AzResource.TimeColumn("CREATION DATE", "creationDate"),
        new("DESCRIPTION", map => AzResource.Cell(map?["description"]) is { Length: > MaxDescription } text ? text[..MaxDescription] + "..." : AzResource.Cell(map?["description"])),
    ];

    public static JsonNode Of(ScopeMapResource map) => new JsonObject
    {
        ["actions"] = AzResource.Texts(map.Properties.Actions),
        ["creationDate"] = AzResource.Time(map.Properties.CreationDate),
        ["description"] = map.Properties.Description,
        ["id"] = map.Id,
        ["name"] = map.Name,
        ["provisioningState"] = map.Properties.ProvisioningState,
        ["resourceGroup"] = AzResource.GroupOf(map.Id),
        ["systemData"] = AzResource.History(map.SystemData),
        ["type"] = map.Type,
        // A resource's own type has that name already; az's library calls the second one so.
        ["typePropertiesType"] = map.Properties.Type,
    };
}
