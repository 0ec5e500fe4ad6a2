using System.CommandLine;
using Gantry.Cli.Options;
using Gantry.Client.Content;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary>A command on one target.</summary>
internal abstract class TargetCommand : VerbCommand
{
    protected TargetCommand(CommandContext context, string name, string summary)
        : base(context, name, summary)
    {
        Common.AddTo(this);
        Target.AddTo(this);
    }

    protected DebugOptions Common { get; } = new();

    protected TargetOptions Target { get; } = new();

    /// <summary>Opens the target of a reference. The caller disposes it.</summary>
    protected ValueTask<OpenTarget> OpenAsync(ParseResult parse, string reference, TargetAccess access, CancellationToken ct) =>
        Target.OpenAsync(parse, Context, Common, reference, access, ct);

    /// <summary>Opens the target of a reference that must name one manifest.</summary>
    /// <exception cref="CommandException">There is neither a tag nor a digest.</exception>
    protected async ValueTask<OpenTarget> OpenManifestAsync(ParseResult parse, string reference, TargetAccess access, CancellationToken ct)
    {
        var target = await OpenAsync(parse, reference, access, ct);
        if (target.Version is not null)
            return target;
        target.Dispose();
        throw NoVersion(reference, Rule, Context);
    }

    /// <summary>A reference that names a repository where one manifest is wanted.</summary>
    internal static CommandException NoVersion(string reference, ArgumentRule rule, CommandContext context) =>
        new(ExitCode.Usage, $"\"{Printable.Of(reference)}\": no tag or digest specified")
        {
            Usage = rule.Line(context.CommandName),
            Advice = $"Please specify a reference in the form of \"<name>:<tag>\" or \"<name>@<digest>\". Run \"{context.CommandName} -h\" for more options and examples",
        };

    /// <summary>The manifest that a target's reference names, of one platform where that is asked for.</summary>
    /// <param name="target">The target.</param>
    /// <param name="platform">Null for whatever the reference names.</param>
    /// <param name="failed">What is said before the reference when there is none.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="CommandException">There is none.</exception>
    protected static ValueTask<Descriptor> ResolveAsync(OpenTarget target, Platform? platform, string failed, CancellationToken ct) =>
        ResolveAsync(target, target.Target, platform, failed, ct);

    /// <inheritdoc cref="ResolveAsync(OpenTarget, Platform?, string, CancellationToken)"/>
    protected static ValueTask<Descriptor> ResolveAsync(OpenTarget target, Platform? platform, CancellationToken ct) => ResolveAsync(target, platform, failed: "", ct);

    /// <summary>The same, asked in another way than the target would.</summary>
    protected static async ValueTask<Descriptor> ResolveAsync(OpenTarget target, ITarget source, Platform? platform, string failed, CancellationToken ct)
    {
        var root = await source.ResolveAsync(target.Version!, ct) ?? throw target.NotFound(failed);
        return platform is null ? root : await source.SelectPlatformAsync(root, platform, OciLimits.Default, ct);
    }
}
