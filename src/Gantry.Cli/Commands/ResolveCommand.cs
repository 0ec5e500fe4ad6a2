using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;

namespace Gantry.Cli.Commands;

/// <summary><c>resolve</c>: the digest behind a tag.</summary>
internal sealed class ResolveCommand : TargetCommand
{
    private readonly Option<bool> _full = Flag.Switch("--full-reference", "print the full artifact reference with digest", "-l");
    private readonly PlatformOptions _platform = new();

    [SetsRequiredMembers]
    public ResolveCommand(CommandContext context)
        : base(context, "resolve", "Resolve the digest of an artifact")
    {
        Aliases.Add("digest");
        Rule = ArgumentRule.Exactly(1, "<name>{:<tag>|@<digest>}", "the target artifact reference to resolve");
        Examples = [("Resolve the digest of an artifact", "resolve localhost:5000/hello-world:v1")];
        Add(_full);
        _platform.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var platform = _platform.Read(parse);
        using var target = await OpenManifestAsync(parse, Words(parse)[0], TargetAccess.Read, ct);
        var root = await ResolveAsync(target, platform, "failed to resolve digest: ", ct);
        Context.Out.WriteLine(parse.GetValue(_full) ? target.At(root.Digest) : root.Digest.ToString());
        return ExitCode.Done;
    }
}
