using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary><c>cp</c>: an artifact goes from one target to another.</summary>
internal sealed class CopyCommand : VerbCommand
{
    private readonly DebugOptions _common = new();
    private readonly TargetOptions _from = new("from-");
    private readonly TargetOptions _to = new("to-");
    private readonly Option<bool> _recursive = Flag.Switch("--recursive", "recursively copy the artifact and its referrers", "-r");
    private readonly Option<int> _concurrency = Flag.Count("--concurrency", 3, "concurrency level");
    private readonly PlatformOptions _platform = new();
    private readonly TerminalOptions _terminal = new();

    [SetsRequiredMembers]
    public CopyCommand(CommandContext context)
        : base(context, "cp", "Copy artifacts from one target to another")
    {
        Aliases.Add("copy");
        Rule = ArgumentRule.Exactly(2, "<from>{:<tag>|@<digest>} <to>[:<tag>[,<tag>][...]]", "the source and destination for copying");
        Examples =
        [
            ("Copy an artifact between registries", "cp localhost:5000/net-monitor:v1 localhost:6000/net-monitor-copy:v1"),
            ("Copy an artifact with its referrers", "cp -r localhost:5000/net-monitor:v1 localhost:6000/net-monitor-copy:v1"),
            ("Copy an artifact to the OCI image layout folder \"layout-dir\"", "cp localhost:5000/net-monitor:v1 layout-dir:v1 --to-oci-layout"),
        ];
        _common.AddTo(this);
        _from.AddTo(this);
        _to.AddTo(this);
        Add(_recursive);
        Add(_concurrency);
        _platform.AddTo(this);
        _terminal.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var words = Words(parse);
        var platform = _platform.Read(parse);
        _from.Check(parse);
        _to.Check(parse);
        using var source = await _from.OpenAsync(parse, Context, _common, words[0], TargetAccess.Read, ct);
        if (source.Version is null)
            throw TargetCommand.NoVersion(words[0], Rule, Context);
        using var target = await _to.OpenAsync(parse, Context, _common, words[1], TargetAccess.Push, ct);

        Descriptor root;
        using (var status = Display.Of(parse, Context, _common, _terminal, StatusWords.Copy, OutputFormat.Text))
        {
            var options = new CopyOptions { Concurrency = parse.GetValue(_concurrency), OnEvent = status.Show, Platform = platform, MountFrom = SharedRegistry(source, target) };
            try
            {
                root = await CopyGraph.RunAsync(source.Target, source.Version, target.Target, target.Version is { } tag ? [tag] : [], options, ct);
                if (parse.GetValue(_recursive))
                    await new ReferrerCopy(source, target, options with { Platform = null }).RunAsync(root, ct);
            }
            catch (CopyException e)
            {
                throw Explain(e, source, target);
            }
            catch (ContentNotFoundException e)
            {
                throw At("source", source, new CommandException(ExitCode.NotFound, platform is null ? $"{source.Raw}: not found" : e.Message, e));
            }
        }
        Context.Out.WriteLine($"Copied {source.Display} => {target.Display}");
        foreach (var tag in target.MoreTags)
        {
            await target.Target.TagAsync(root, tag, ct);
            Context.Out.WriteLine($"Tagged {tag}");
        }
        Context.Out.WriteLine($"Digest: {root.Digest}");
        return ExitCode.Done;
    }

    /// <summary>Blobs need not travel between repositories of one registry.</summary>
    private static RepositoryName? SharedRegistry(OpenTarget source, OpenTarget target) =>
        source.Target is RemoteRepository from && target.Target is RemoteRepository to && from.Client.Registry == to.Client.Registry && from.Name != to.Name
            ? from.Name
            : null;

    private static CommandException Explain(CopyException e, OpenTarget source, OpenTarget target)
    {
        var (side, place) = e.Side == CopySide.Source ? ("source", source) : ("destination", target);
        return At(side, place, Failure.Explain(e));
    }

    private static CommandException At(string side, OpenTarget place, CommandException cause) =>
        new(cause.ExitCode, cause.Message, cause) { Heading = $"Error from {side} {place.Kind} for \"{place.Raw}\":", Advice = OfSide(side, cause.Advice) };

    /// <summary>Other commands have one registry, so an advice names their flags: here each side has its own.</summary>
    private static string? OfSide(string side, string? advice) => advice?.Replace("`--", side == "source" ? "`--from-" : "`--to-", StringComparison.Ordinal);
}
