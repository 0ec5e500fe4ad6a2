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

internal sealed class CollectCommand : ReportCommand<CollectReport>
{
    private readonly Option<bool> _dryRun = Flag.Switch("--dry-run", "tell what would go, and delete nothing");

    private readonly Option<bool> _untagged = Flag.Switch("--untagged", "delete manifests too that have no tag, that no index names, and whose subject is gone");

    private readonly Option<string?> _olderThan = Flag.Text("--older-than", "TIME", "with --untagged: only manifests that have been so for this long (90s, 30m, 12h, 7d); never less than the grace");

    private readonly Option<string?> _grace = Flag.Text("--grace", "TIME", "how long nothing may have named a blob or a manifest (default what the server was told)");

    [SetsRequiredMembers]
    public CollectCommand(CommandContext context)
        : base(context, "collect", "Delete what nobody needs any more", ArgumentRule.None, WireJson.Wire.CollectReport)
    {
        Details = "The server does it by itself now and then. Pushes and pulls go on meanwhile. A push that is under way needs the grace: give a shorter one only while nobody pushes. The exit code is 1 where something could not be deleted.";
        Examples =
        [
            ("What would go", "admin collect --dry-run"),
            ("Delete manifests that lost their tag a month ago, and blobs that nobody needs", "admin collect --untagged --older-than 30d"),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_dryRun, _untagged, _olderThan, _grace])
            Add(option);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        if (parse.GetValue(_olderThan) is not null && !parse.GetValue(_untagged))
            throw CommandException.WrongUsage("--older-than is of use with --untagged alone");
        var request = new CollectRequest
        {
            DryRun = parse.GetValue(_dryRun),
            Untagged = parse.GetValue(_untagged),
            OlderThan = parse.GetValue(_olderThan) is { } age ? Seconds.Read("--older-than", age) : 0,
            Grace = parse.GetValue(_grace) is { } grace ? Seconds.Read("--grace", grace) : null,
        };
        return await OperateAsync(server, "/collect", JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Wire.CollectRequest), ct);
    }

    protected override bool HasFailed(CollectReport report) => report.Failed > 0;

    protected override void Describe(CollectReport report, StringBuilder text)
    {
        text.Append($"{(report.DryRun ? "Would delete" : "Deleted")} {report.Manifests} manifests and {report.Blobs} blobs, {ByteSize.Of(report.Bytes)}\n");
        if (report.DryRun && report.Manifests > 0)
            text.Append("What only these manifests keep would follow them.\n");
        if (report.Finished > 0)
            text.Append($"Of the blobs, {report.Finished} were left by a collection that had died\n");
        if (report.Skipped > 0)
            text.Append($"Passed over {report.Skipped}\n");
        foreach (var skip in report.Skips)
            text.Append($"  {skip.Digest}: {skip.Reason}\n");
        if (report.Failed > 0)
            text.Append($"Could not delete {report.Failed}; the next collection tries again\n");
        foreach (var error in report.Errors)
            text.Append($"  {TerminalText.Of(error)}\n");
    }
}
