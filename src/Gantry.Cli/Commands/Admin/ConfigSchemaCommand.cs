using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Serve;
using Gantry.Cli.Output.Az;

namespace Gantry.Cli.Commands.Admin;

/// <summary><c>admin config schema</c>: what a file of settings may say, for editors.</summary>
internal sealed class ConfigSchemaCommand : VerbCommand
{
    [SetsRequiredMembers]
    public ConfigSchemaCommand(CommandContext context)
        : base(context, "schema", "Print the JSON schema of a file of settings") => Rule = ArgumentRule.None;

    protected override Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var members = new JsonObject { [SettingsFile.SchemaMember] = new JsonObject { ["type"] = "string" } };
        foreach (var setting in ServeSettings.All)
            members[setting.Member] = Describe(setting);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Settings of gantry serve",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = members,
        };
        Context.Out.Write(AzOutput.Write(schema, AzFormat.Json));
        return Task.FromResult(ExitCode.Done);
    }

    private static JsonObject Describe(ServeSetting setting)
    {
        var described = new JsonObject { ["description"] = setting.Help };
        switch (setting.Kind)
        {
            case SettingKind.List:
                described["type"] = "array";
                described["items"] = new JsonObject { ["type"] = "string" };
                break;
            case SettingKind.Switch:
                described["type"] = "boolean";
                break;
            case SettingKind.Number or SettingKind.Seconds:
                described["type"] = "integer";
                described["minimum"] = setting.Kind == SettingKind.Number ? 1 : 0;
                break;
            default:
                described["type"] = "string";
                break;
        }
        return described;
    }
}
