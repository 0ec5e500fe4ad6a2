using System.Text;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Options;

/// <summary>A file of the command line, <c>path[:type]</c>.</summary>
/// <param name="Path">As it was written.</param>
/// <param name="MediaType">Null where none was named.</param>
internal sealed record FileArgument(string Path, MediaType? MediaType)
{
    /// <summary>Whether it stands for an empty file: <c>/dev/null</c>, and <c>NUL</c> as Windows writes it.</summary>
    public bool IsNull => Path is "/dev/null" || Path.Equals("NUL", StringComparison.OrdinalIgnoreCase);

    /// <summary>The name that content gets: the path without detours, with forward slashes. Absolute paths stay absolute.</summary>
    public string Title => Clean(Path, OperatingSystem.IsWindows());

    /// <summary>Splits at the last colon; a drive of Windows is no type.</summary>
    /// <exception cref="CommandException">There is no path.</exception>
    public static FileArgument Parse(string text)
    {
        var (path, type) = Split(text);
        if (path.Length == 0)
            throw CommandException.WrongUsage($"found empty file path in \"{Printable.Of(text)}\"");
        if (type.Length == 0)
            return new FileArgument(path, null);
        return new FileArgument(path, Protocol.Oci.MediaType.TryParse(type, out var mediaType)
            ? mediaType
            : throw CommandException.WrongUsage($"\"{Printable.Of(text)}\": {Protocol.Oci.MediaType.Explain(type)}"));
    }

    /// <summary>Cuts <c>name:rest</c> at the last colon.</summary>
    public static (string Path, string Suffix) Split(string text)
    {
        var colon = text.LastIndexOf(':');
        // "C:\x" and "C:/x" name a file on a drive: the colon at the second place separates nothing.
        var isDrive = colon == 1 && char.IsAsciiLetter(text[0]) && text.Length > 2 && text[2] is '\\' or '/';
        if (isDrive && text[2] == '/' && !OperatingSystem.IsWindows())
            isDrive = false;
        return colon < 0 || isDrive ? (text, "") : (text[..colon], text[(colon + 1)..]);
    }

    /// <summary>Takes <c>.</c>, <c>..</c> and doubled separators out of a path, by its text alone.</summary>
    internal static string Clean(string path, bool windows)
    {
        if (windows)
            path = path.Replace('\\', '/');
        var root = path.StartsWith('/') ? "/" : "";
        List<string> parts = [];
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
                continue;
            if (part == ".." && parts is [.., not ".."])
                parts.RemoveAt(parts.Count - 1);
            else if (part != ".." || root.Length == 0)
                parts.Add(part);
        }
        var clean = new StringBuilder(root).AppendJoin('/', parts).ToString();
        return clean.Length == 0 ? "." : clean;
    }

    /// <summary>The file or folder, absolute. The empty file is <c>/dev/null</c> on every system.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public string Locate(CommandContext context)
    {
        if (IsNull)
            return "/dev/null";
        var full = context.FullPath(Path);
        if (File.Exists(full) || Directory.Exists(full))
            return full;
        var advice = Path.Contains('\\') && !OperatingSystem.IsWindows()
            ? $"Backslashes separate folders on Windows alone. Did you mean \"{Path.Replace('\\', '/')}\"?"
            : null;
        throw CommandException.NotFound($"stat {Output.TerminalText.Of(full)}: no such file or directory", advice);
    }
}
