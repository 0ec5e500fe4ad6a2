using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Admin;

namespace Gantry.Cli.Commands.Admin;

internal sealed class ScrubCommand : ReportCommand<ScrubStatus>
{
    private readonly Option<bool> _now = Flag.Switch("--now", "read everything now, as fast as the store reads");

    private readonly Option<bool> _status = Flag.Switch("--status", "show how far the scheduled pass is, and what is damaged (the default)");

    [SetsRequiredMembers]
    public ScrubCommand(CommandContext context)
        : base(context, "scrub", "Read everything that is stored anew, and verify it", ArgumentRule.None, WireJson.Wire.ScrubStatus)
    {
        Details = "The server does it by itself, slowly. What is damaged is moved aside and found by nobody, until the same bytes are pushed again. The exit code is 1 where something is damaged or could not be read.";
        Examples = [("What is damaged?", "admin scrub --status"), ("Verify everything now", "admin scrub --now")];
        Add(_now);
        Add(_status);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        if (parse.GetValue(_now) && parse.GetValue(_status))
            throw CommandException.WrongUsage("give --now or --status, not both");
        return parse.GetValue(_now) ? await OperateAsync(server, "/scrub", null, ct) : JsonNode.Parse((await server.AskAsync("/scrub", ct)).GetRawText());
    }

    /// <remarks>What a pass found and somebody has pushed again since is no damage any more.</remarks>
    protected override bool HasFailed(ScrubStatus status) =>
        status.DamagedCount > 0 || status.Unread > 0 || status.WrongManifests is { Count: > 0 };

    protected override void Describe(ScrubStatus status, StringBuilder text)
    {
        text.Append(status switch
        {
            { Began: null } => "No pass has begun yet\n",
            { Ended: { } ended } => $"The pass that began at {status.Began:u} was through at {ended:u}\n",
            _ => $"The pass that began at {status.Began:u} goes on\n",
        });
        text.Append($"Read {status.Blobs} blobs, {ByteSize.Of(status.Bytes)}, and {status.Manifests} manifests; found {status.Found} damaged, could not read {status.Unread}\n");
        foreach (var damaged in status.Damaged ?? [])
            text.Append($"  {TerminalText.Of(damaged)} is damaged: push it again\n");
        if (status.DamagedCount - (status.Damaged?.Count ?? 0) is > 0 and var more)
            text.Append($"  and {more} more are damaged\n");
        foreach (var manifest in status.WrongManifests ?? [])
            text.Append($"  manifest {TerminalText.Of(manifest)} was wrong in the database: push it again\n");
    }
}
