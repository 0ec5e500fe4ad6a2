using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands;

/// <summary><c>tag</c>: further names for a manifest.</summary>
internal sealed class TagCommand : TargetCommand
{
    private readonly Option<int> _concurrency = Flag.Count("--concurrency", 5, "concurrency level");

    [SetsRequiredMembers]
    public TagCommand(CommandContext context)
        : base(context, "tag", "Tag a manifest in a registry or an OCI image layout")
    {
        Rule = ArgumentRule.AtLeast(1, "<name>{:<tag>|@<digest>} <new_tag> [...]", "the artifact to be retagged and the tags to be added");
        Examples =
        [
            ("Tag the manifest \"v1.0.1\" in \"localhost:5000/hello\" as \"v1.0.2\"", "tag localhost:5000/hello:v1.0.1 v1.0.2"),
            ("Tag it as \"v1.0.2\" and \"latest\"", "tag localhost:5000/hello:v1.0.1 v1.0.2 latest"),
            ("Tag a manifest in the OCI image layout folder \"layout-dir\"", "tag --oci-layout layout-dir:v1.0.1 v1.0.2"),
        ];
        Add(_concurrency);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var words = Words(parse);
        if (words.Length == 1)
            throw CommandException.WrongUsage("the new tags are missing", $"Usage: {Rule.Line(Context.CommandName)}");
        using var target = await OpenManifestAsync(parse, words[0], TargetAccess.Change, ct);
        // A layout takes any name; a registry's tags have a grammar, and a wrong one is refused before any is written.
        if (target.Kind == OpenTarget.Registry)
        {
            foreach (var tag in words.Skip(1))
                _ = Tag.Parse(tag);
        }
        var root = await ResolveAsync(target, null, ct);
        Context.Out.WriteLine($"Tagging [{target.Kind}] {target.At(root.Digest)}");
        foreach (var tag in words.Skip(1).Distinct())
        {
            await target.Target.TagAsync(root, tag, ct);
            Context.Out.WriteLine($"Tagged {tag}");
        }
        return ExitCode.Done;
    }
}
