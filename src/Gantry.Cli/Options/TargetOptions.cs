using System.CommandLine;
using Gantry.Client.Layout;
using Gantry.Protocol;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Options;

/// <summary>Where an artifact is: a registry, or with <c>--oci-layout</c> a folder.</summary>
/// <param name="prefix"><c>from-</c> or <c>to-</c> where a command has two targets.</param>
internal sealed class TargetOptions(string prefix = "")
{
    private const string Form = "Please make sure the provided reference is in the form of <registry>/<repo>[:tag|@digest]";

    public RemoteOptions Remote { get; } = new(prefix);

    public Option<bool> IsLayout { get; } = Flag.Switch($"--{prefix}oci-layout", "set target as an OCI image layout");

    public Option<string?> LayoutPath { get; } = Flag.Text($"--{prefix}oci-layout-path", "string", "set the path for the OCI image layout target");

    public void AddTo(Command command)
    {
        Remote.AddTo(command);
        command.Add(IsLayout);
        command.Add(LayoutPath);
    }

    /// <exception cref="CommandException">Flags contradict each other.</exception>
    public void Check(ParseResult parse)
    {
        Exclusive.Refuse(parse, LayoutPath, IsLayout);
        Remote.Check(parse);
        if (NamesLayout(parse) && parse.IsGiven(Remote.Header))
            throw CommandException.WrongUsage("custom header flags cannot be used on an OCI image layout target");
    }

    /// <summary>Opens what <paramref name="text"/> names. The caller disposes it.</summary>
    /// <param name="parse">The flags.</param>
    /// <param name="context">Where we run.</param>
    /// <param name="common">Whether requests are traced.</param>
    /// <param name="text">The reference as it was written.</param>
    /// <param name="access">What will be done there.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="CommandException">The text is not a reference, or there is no such layout.</exception>
    public async ValueTask<OpenTarget> OpenAsync(ParseResult parse, CommandContext context, DebugOptions common, string text, TargetAccess access, CancellationToken ct)
    {
        Check(parse);
        // Only the first name of a list carries the path; the list itself is not part of what is shown.
        string[] names = access == TargetAccess.Push ? text.Split(',') : [text];
        if (NamesLayout(parse))
            return await OpenLayoutAsync(parse, context, names, access, ct);

        RegistryArgument.RefuseUrl(text);
        if (!text.Contains('/'))
            throw new CommandException(ExitCode.Usage, $"\"{Printable.Of(text)}\": invalid reference: missing registry or repository") { Advice = Form };
        var (reference, more) = ParseReference(text, access);
        var client = Remote.Connect(parse, context, common, reference.Registry);
        return new OpenTarget(client.GetRepository(reference.Repository), client)
        {
            Raw = names[0],
            Path = $"{reference.Registry}/{reference.Repository}",
            Version = reference.Version,
            MoreTags = more,
        };
    }

    /// <summary>Reads a reference to a registry, a list of tags where the command takes one.</summary>
    /// <exception cref="CommandException">The text is not a reference.</exception>
    public static (Reference Reference, IReadOnlyList<string> MoreTags) ParseReference(string text, TargetAccess access)
    {
        try
        {
            if (access != TargetAccess.Push)
                return (Reference.Parse(text), []);
            var (reference, more) = Reference.ParseList(text);
            return (reference, [.. more.Select(tag => tag.ToString())]);
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.Usage, FindBadRepository(text) is { } repository ? $"\"{Printable.Of(text)}\": invalid reference: invalid repository \"{Printable.Of(repository)}\"" : e.Message, e) { Advice = Form };
        }
    }

    /// <summary>What stands where the repository should and is none; null where another part is wrong.</summary>
    private static string? FindBadRepository(string text)
    {
        var path = text[(text.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var end = path.AsSpan().IndexOfAny('@', ':');
        var repository = end < 0 ? path : path[..end];
        return RepositoryName.Explain(repository) is null ? null : repository;
    }

    private bool NamesLayout(ParseResult parse) => parse.GetValue(IsLayout) || parse.IsGiven(LayoutPath);

    private async ValueTask<OpenTarget> OpenLayoutAsync(ParseResult parse, CommandContext context, string[] names, TargetAccess access, CancellationToken ct)
    {
        var (path, version) = parse.GetValue(LayoutPath) is { } given ? (given, names[0]) : SplitLayout(names[0]);
        var folder = context.FullPath(path);
        if (File.Exists(folder))
            throw CommandException.WrongUsage($"\"{Printable.Of(path)}\" is a file; a layout is a folder", "Layouts in tar archives are not read yet: unpack it first");
        if (access != TargetAccess.Push && !Directory.Exists(folder))
            throw CommandException.NotFound($"failed to find path \"{Printable.Of(path)}\": no such directory");
        try
        {
            return new OpenTarget(await OciLayout.OpenAsync(folder, create: access == TargetAccess.Push, ct), client: null)
            {
                Raw = names[0],
                Path = path,
                Version = version is { Length: > 0 } ? version : null,
                MoreTags = [.. names.Skip(1).Where(name => name.Length > 0)],
            };
        }
        catch (OciFormatException e)
        {
            throw new CommandException(ExitCode.Usage, $"invalid OCI Image Layout: {e.Message}", e);
        }
    }

    /// <summary><c>folder[:tag|@digest]</c>. A folder may have a colon in its name, so the last one counts.</summary>
    private static (string Path, string Version) SplitLayout(string text)
    {
        var (path, version) = text.LastIndexOf('@') is >= 0 and var at ? (text[..at], text[(at + 1)..]) : FileArgument.Split(text);
        return path.Length > 0 ? (path, version) : throw CommandException.WrongUsage($"found empty file path in \"{Printable.Of(text)}\"");
    }
}
