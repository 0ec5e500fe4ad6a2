using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Admin;

namespace Gantry.Cli.Commands.Admin;

internal sealed class CheckCommand : AdminCommand
{
    private readonly Option<bool> _repair = Flag.Switch("--repair", "mark what is damaged, remove bytes that belong to nothing, set counts right");

    [SetsRequiredMembers]
    public CheckCommand(CommandContext context)
        : base(context, "check", "Compare database and store, and repair what disagrees", ArgumentRule.None, AzFormat.Table)
    {
        Details = "Pushes and pulls go on meanwhile. Whether bytes of the right number are right is for \"admin scrub\" to say.";
        Examples = [("What disagrees?", "admin check"), ("Set it right", "admin check --repair")];
        Add(_repair);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var request = new CheckRequest { Repair = parse.GetValue(_repair) };
        var result = await server.OperateAsync("/check", JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Wire.CheckRequest), ct: ct);
        return JsonNode.Parse(result.GetRawText());
    }

    protected override string? Describe(JsonNode result)
    {
        if (result.Deserialize(WireJson.Wire.CheckReport) is not { } report)
            return null;
        var text = new StringBuilder();
        text.Append($"Looked at {report.Blobs} blobs, {report.Manifests} manifests and {report.Objects} objects of the store\n");
        text.Append($"Damaged blobs {report.Damaged}, damaged manifests {report.DamagedManifests}, objects of nobody {report.Orphans}, wrong counts {report.Miscounted}, database {report.Engine}\n");
        foreach (var finding in report.Findings)
            text.Append($"  {TerminalText.Of(finding)}\n");
        if (report.Repaired && report.Findings.Count > 0)
            text.Append("What can be repaired without the bytes was repaired\n");
        return text.ToString();
    }
}
