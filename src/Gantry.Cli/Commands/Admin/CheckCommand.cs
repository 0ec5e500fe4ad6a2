using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Admin;

namespace Gantry.Cli.Commands.Admin;

internal sealed class CheckCommand : ReportCommand<CheckReport>
{
    private readonly Option<bool> _repair = Flag.Switch("--repair", "mark what is damaged, remove bytes that belong to nothing, set counts right");

    [SetsRequiredMembers]
    public CheckCommand(CommandContext context)
        : base(context, "check", "Compare database and store, and repair what disagrees", ArgumentRule.None, WireJson.Wire.CheckReport)
    {
        Details = "Pushes and pulls go on meanwhile. Whether bytes of the right number are right is for \"admin scrub\" to say. The exit code is 1 where something disagrees and was not set right.";
        Examples = [("What disagrees?", "admin check"), ("Set it right", "admin check --repair")];
        Add(_repair);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var request = new CheckRequest { Repair = parse.GetValue(_repair) };
        return await OperateAsync(server, "/check", JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Wire.CheckRequest), ct);
    }

    /// <remarks>Repaired counts and objects that went are no trouble any more; damage is, until the bytes are pushed again.</remarks>
    protected override bool HasFailed(CheckReport report) =>
        report.Damaged + report.DamagedManifests + report.Engine + report.Left > 0 || (!report.Repaired && report.Orphans + report.Miscounted > 0);

    protected override void Describe(CheckReport report, StringBuilder text)
    {
        text.Append($"Looked at {report.Blobs} blobs, {report.Manifests} manifests and {report.Objects} objects of the store\n");
        text.Append($"Damaged blobs {report.Damaged}, damaged manifests {report.DamagedManifests}, objects of nobody {report.Orphans}, wrong counts {report.Miscounted}, database {report.Engine}\n");
        foreach (var finding in report.Findings)
            text.Append($"  {TerminalText.Of(finding)}\n");
        if (report.Left > 0)
            text.Append($"{report.Left} could not be repaired: check again\n");
        if (report.Repaired && report.Findings.Count > 0)
            text.Append("What can be repaired without the bytes was repaired\n");
    }
}
