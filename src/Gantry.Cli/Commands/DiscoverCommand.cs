using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary><c>discover</c>: what refers to a manifest.</summary>
internal sealed class DiscoverCommand : TargetCommand
{
    private readonly Option<string?> _artifactType = Flag.Text("--artifact-type", "string", "artifact type");
    private readonly Option<int> _depth = Flag.Count("--depth", 32, "levels of referrers that are shown");
    private readonly PlatformOptions _platform = new();
    private readonly FormatOptions _format = new(OutputFormat.Tree, OutputFormat.Json);
    private readonly TerminalOptions _terminal = new();

    [SetsRequiredMembers]
    public DiscoverCommand(CommandContext context)
        : base(context, "discover", "Discover the referrers of a manifest")
    {
        Rule = ArgumentRule.Exactly(1, "<name>{:<tag>|@<digest>}", "the target artifact to discover referrers from");
        Examples = [("Discover referrers of \"hello:v1\"", "discover localhost:5000/hello:v1")];
        Add(_artifactType);
        Add(_depth);
        _platform.AddTo(this);
        _format.AddTo(this);
        _terminal.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var format = _format.Read(parse);
        var type = parse.GetValue(_artifactType) is { } text ? MediaType.Parse(text) : (MediaType?)null;
        var platform = _platform.Read(parse);
        using var target = await OpenManifestAsync(parse, Words(parse)[0], TargetAccess.Read, ct);
        var root = await ResolveAsync(target, platform, ct);
        var tree = await ReferrerTree.ReadAsync((IReferrerSource)target.Target, root, type, parse.GetValue(_depth), ct);
        if (format == OutputFormat.Json)
            JsonResult.Write(Context, json => WriteJson(json, target, tree));
        else
            Context.Out.Write(ReferrerText.Of(target.At(root.Digest), tree));
        return ExitCode.Done;
    }

    private static void WriteJson(GoJsonWriter json, OpenTarget target, ReferrerTree tree)
    {
        JsonResult.Descriptor(json, target.At(tree.Node.Digest), tree.Node);
        json.Name("referrers");
        json.StartArray();
        foreach (var referrer in tree.Referrers)
        {
            json.StartObject();
            WriteJson(json, target, referrer);
            json.EndObject();
        }
        json.EndArray();
    }
}
