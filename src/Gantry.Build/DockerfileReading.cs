using System.Text;
using Gantry.Build.Context;
using Gantry.Build.Dockerfile;
using Gantry.Build.Execution;
using Gantry.Build.Layers;
using Gantry.Build.Plan;

namespace Gantry.Build;

/// <summary>Finds the Dockerfile of a build and the ignore rules that go with it. Both may be ignored themselves: they are read all the same.</summary>
internal static class DockerfileReading
{
    /// <summary>A Dockerfile is written by people; one of more than a megabyte is something else.</summary>
    private const int MaxBytes = 1024 * 1024;

    /// <summary>So many names at the context's root are shown to who named a file that is not there.</summary>
    private const int MaxNames = 20;

    /// <exception cref="BuildException">There is no such file, or it is no text.</exception>
    public static async ValueTask<(string Name, string Text, IgnoreRules Ignore)> ReadAsync(ImageBuildOptions options, ContextFiles files, CancellationToken ct)
    {
        var path = PathOf(options.DockerfileName ?? options.Dockerfile);
        var bytes = options.DockerfileBytes?.ToArray() ?? files.Dockerfile
            ?? await FindAsync(files, PathOf(options.Dockerfile), ct).ConfigureAwait(false) ?? throw Missing(files, options.Dockerfile);
        var ignore = await ReadIgnoreAsync(files, $"{path}{IgnoreRules.FileName}", ct).ConfigureAwait(false)
            ?? await ReadIgnoreAsync(files, IgnoreRules.FileName, ct).ConfigureAwait(false)
            ?? IgnoreRules.None;
        var shown = options.DockerfileName ?? options.Dockerfile;
        // What packing for upload added is not the author's: not its name in messages, and not the file in images.
        if (ContextPacker.IsAdded(path))
            (ignore, shown) = (ignore.Without(path, path + IgnoreRules.FileName), ContextPacker.AuthorsName(path));
        return (shown, Encoding.UTF8.GetString(bytes), ignore);
    }

    private static string PathOf(string name) => UnixPath.Combine("/", name.Replace('\\', '/'))[1..];

    private static async ValueTask<IgnoreRules?> ReadIgnoreAsync(ContextFiles files, string path, CancellationToken ct)
    {
        if (await FindAsync(files, path, ct).ConfigureAwait(false) is not { } bytes)
            return null;
        try
        {
            return IgnoreRules.Parse(Encoding.UTF8.GetString(bytes));
        }
        catch (FormatException e)
        {
            throw new BuildException(e.Message, e);
        }
    }

    private static async ValueTask<byte[]?> FindAsync(ContextFiles files, string path, CancellationToken ct)
    {
        if (files.Find(path) is not { Type: EntryType.File, Content: { } content } entry)
            return null;
        if (entry.Size > MaxBytes)
            throw new BuildException($"\"{Protocol.Printable.Of(path)}\" has {entry.Size} bytes; a file of instructions has at most {MaxBytes}");
        var stream = await content.OpenAsync(ct).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var bytes = new byte[entry.Size];
            await stream.ReadExactlyAsync(bytes, ct).ConfigureAwait(false);
            return bytes;
        }
    }

    private static BuildException Missing(ContextFiles files, string wanted)
    {
        var names = files.RootNames.ToList();
        var near = names.Where(name => EditDistance.Between(name.ToUpperInvariant(), wanted.ToUpperInvariant()) <= 3).Take(3).ToList();
        var hint = near.Count > 0 ? $"did you mean {string.Join(" or ", near.Select(Quote))}?"
            : names.Count == 0 ? "the context is empty"
            : $"the context has {string.Join(", ", names.Take(MaxNames).Select(Quote))}{(names.Count > MaxNames ? $" and {names.Count - MaxNames} more" : "")}";
        return new BuildException($"unable to find the Dockerfile {Quote(wanted)} in the context: {hint}");
    }

    private static string Quote(string name) => $"\"{Protocol.Printable.Of(name)}\"";
}
