using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.Cli.Output;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands.Admin;

internal sealed class WhyCommand : ReportCommand<WhyReport>
{
    [SetsRequiredMembers]
    public WhyCommand(CommandContext context)
        : base(context, "why", "Tell what keeps a blob or a manifest", ArgumentRule.Exactly(1, "DIGEST", "the digest"), WireJson.Wire.WhyReport)
    {
        Details = "Each line leads from what was asked for up to the tag that keeps it.";
        Examples = [("Who needs this blob?", "admin why sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")];
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var word = Words(parse)[0];
        if (!Digest.TryParse(word, out var digest))
            throw CommandException.WrongUsage($"\"{Printable.Of(word)}\" is not a digest: {Digest.Explain(word)}");
        return JsonNode.Parse((await server.AskAsync($"/why/{digest}", ct)).GetRawText());
    }

    protected override void Describe(WhyReport report, StringBuilder text)
    {
        text.Append($"{report.Digest} is {State(report.State)}{(report.Size is { } size ? $", {ByteSize.Of(size)}" : "")}\n");
        if (report.Since is { } since)
            text.Append($"Nothing keeps it since {since:u}\n");
        if (report.MayGoAt is { } mayGo)
            text.Append($"A collection may take it from {mayGo:u} on\n");
        if (report.Held)
            text.Append("An upload is about to bring it\n");
        foreach (var chain in report.Chains)
            text.Append($"  {TerminalText.Of(string.Join(" <- ", chain))}\n");
        foreach (var link in report.Links)
            text.Append($"  {TerminalText.Of(link)} has it without a manifest that names it\n");
        if (report.More)
            text.Append("  and more\n");
    }

    private static string State(string state) => state switch
    {
        "kept" => "kept",
        "candidate" => "a candidate for collection",
        "damaged" => "damaged: push it again",
        "going" => "being taken away",
        _ => "unknown to this server",
    };
}
