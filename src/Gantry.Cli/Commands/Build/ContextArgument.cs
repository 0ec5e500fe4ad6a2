using Gantry.Build;
using Gantry.Build.Context;
using Gantry.Cli.Options;
using Gantry.Protocol;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Runs;

namespace Gantry.Cli.Commands.Build;

/// <summary>PATH of <c>build</c> with <c>--file</c>: where a build's files and its Dockerfile come from.</summary>
internal sealed class ContextArgument : IDisposable
{
    private readonly FileStream? _archive;

    private ContextArgument(ContextSource source, FileStream? archive = null)
    {
        Source = source;
        _archive = archive;
    }

    public ContextSource Source { get; }

    /// <summary>The artifact that is the context; null where something else is.</summary>
    public Reference? Artifact => (Source as ContextSource.Artifact)?.Reference;

    /// <exception cref="CommandException">It is nothing that a context can be.</exception>
    public static ContextArgument Open(string text, CommandContext context)
    {
        if (text is "/dev/null")
            return new ContextArgument(new ContextSource.Nothing());
        if (text is "-")
            return new ContextArgument(new ContextSource.StandardInput(context.Input));
        if (text.StartsWith(RunRequest.ArtifactPrefix, StringComparison.OrdinalIgnoreCase))
            return new ContextArgument(new ContextSource.Artifact(TargetOptions.ParseReference(text[RunRequest.ArtifactPrefix.Length..], TargetAccess.Read).Reference));
        var path = context.FullPath(text);
        if (Directory.Exists(path))
            return new ContextArgument(new ContextSource.Folder(path));
        if (File.Exists(path))
        {
            var archive = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
            return new ContextArgument(new ContextSource.Archive(archive), archive);
        }
        throw text.Contains("://", StringComparison.Ordinal) || text.StartsWith("git@", StringComparison.Ordinal)
            ? CommandException.WrongUsage($"\"{Printable.Of(text)}\": contexts are not fetched from there", "Clone or download it, and give the folder; or push it as an artifact and give oci://REFERENCE")
            : CommandException.NotFound($"unable to prepare context: path \"{Printable.Of(text)}\" not found");
    }

    /// <summary>The options with the Dockerfile in them. One on this machine is looked for where the user is, as docker does; all others are in the context.</summary>
    /// <exception cref="CommandException">There is no such file.</exception>
    public async ValueTask<ImageBuildOptions> WithDockerfileAsync(ImageBuildOptions options, string? file, CommandContext context, CancellationToken ct)
    {
        if (file == "-")
        {
            if (Source is ContextSource.StandardInput)
                throw CommandException.WrongUsage("invalid argument: can't use stdin for both build context and dockerfile");
            return options with { DockerfileBytes = (await ReadAsync(context.Input, ct)).ToArray() };
        }
        if (Source is not (ContextSource.Folder or ContextSource.Nothing))
            return file is null ? options : options with { Dockerfile = file };

        var folder = (Source as ContextSource.Folder)?.Path;
        if (file is null && folder is null)
            throw CommandException.WrongUsage("without a context, --file names the Dockerfile; \"-f -\" reads it from standard input");
        var path = file is null ? Path.Join(folder, options.Dockerfile) : context.FullPath(file);
        if (!File.Exists(path))
            throw CommandException.NotFound($"failed to read dockerfile: open {Printable.Of(file ?? options.Dockerfile)}: no such file or directory");
        var inside = folder is null ? ".." : Path.GetRelativePath(folder, path);
        if (inside is not ".." && !inside.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(inside))
            return options with { Dockerfile = inside.Replace(Path.DirectorySeparatorChar, '/') };
        return options with { DockerfileBytes = await File.ReadAllBytesAsync(path, ct), DockerfileName = Path.GetFileName(path) };
    }

    public void Dispose() => _archive?.Dispose();

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Stream input, CancellationToken ct)
    {
        using var text = new MemoryStream();
        await input.CopyToAsync(text, ct);
        return text.ToArray();
    }
}
