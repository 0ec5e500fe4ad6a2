using Gantry.Protocol;
using Gantry.Protocol.Runs;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary>SOURCE_LOCATION of <c>acr build</c>, looked at.</summary>
internal abstract record BuildSource
{
    private BuildSource()
    {
    }

    /// <summary><c>/dev/null</c>: no context.</summary>
    public sealed record Nothing : BuildSource;

    /// <summary>What the server fetches itself: <c>oci://</c>, and the addresses that it refuses in its own words.</summary>
    public sealed record Remote(string Location) : BuildSource;

    /// <summary>A tar.gz that goes up as it is.</summary>
    public sealed record Archive(string Path) : BuildSource;

    /// <summary>A folder that is packed, with the Dockerfile from wherever it is.</summary>
    public sealed record Folder(string Path, string Dockerfile) : BuildSource;

    /// <summary>Finds out what is meant. A file or folder of that name wins over an address, as with az.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="dockerfile"><c>--file</c>; null where it was not given.</param>
    /// <param name="context">Where relative paths begin.</param>
    /// <exception cref="CommandException">It is nothing that a context can be.</exception>
    public static BuildSource Find(string text, string? dockerfile, CommandContext context)
    {
        if (text.Equals("/dev/null", StringComparison.OrdinalIgnoreCase))
            return new Nothing();
        if (text.StartsWith(RunRequest.ArtifactPrefix, StringComparison.OrdinalIgnoreCase))
            return new Remote(text);
        if (text == "-")
        {
            throw CommandException.WrongUsage(
                "standard input cannot be the context of a build in a registry",
                "Give a folder, a .tar.gz file or oci://REFERENCE. \"gantry build -\" reads standard input and builds here.");
        }
        var path = context.FullPath(text);
        if (Directory.Exists(path))
            return new Folder(path, FindDockerfile(path, dockerfile, context));
        if (File.Exists(path))
        {
            return path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase)
                ? new Archive(path)
                : throw CommandException.WrongUsage($"'{Printable.Of(text)}' is a file. A context is a folder, a .tar.gz file or an address.");
        }
        return IsAddress(text)
            ? new Remote(text)
            : throw CommandException.NotFound($"'{Printable.Of(text)}' is not there.", "SOURCE_LOCATION is a folder, a .tar.gz file, oci://REFERENCE or /dev/null.");
    }

    /// <summary>Below the context where nothing is said; else where the user is, as with docker and az.</summary>
    private static string FindDockerfile(string folder, string? given, CommandContext context)
    {
        var path = given is null ? Path.Join(folder, "Dockerfile") : context.FullPath(given);
        if (File.Exists(path))
            return path;
        var advice = given is not null && File.Exists(Path.GetFullPath(given, folder))
            ? $"--file begins where you are, not in the context. Did you mean '{Path.GetRelativePath(context.WorkingDirectory, Path.GetFullPath(given, folder))}'?"
            : null;
        throw CommandException.NotFound($"Unable to find '{Printable.Of(given ?? path)}'.", advice);
    }

    private static bool IsAddress(string text) =>
        text.StartsWith("git@", StringComparison.OrdinalIgnoreCase) || text.StartsWith("github.com/", StringComparison.OrdinalIgnoreCase)
        || text.Contains("://", StringComparison.Ordinal);
}
