using System.Buffers;
using Gantry.Protocol;

namespace Gantry.Client.Files;

/// <summary>Turns a title, which a stranger may have chosen, into a path below a root.</summary>
internal static class TitlePath
{
    private static readonly SearchValues<char> WindowsForbidden = SearchValues.Create("<>\"|?*");

    /// <summary>Compares paths as the file systems of this operating system do by default: for Windows and macOS, names that differ in case alone are one.</summary>
    public static StringComparer Comparer { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>The absolute path of a title.</summary>
    /// <exception cref="PathTraversalException">The title leads outside the root, or would on another system.</exception>
    public static string Resolve(string root, string title, bool isFolder, bool allowTraversal)
    {
        if (Explain(title, OperatingSystem.IsWindows(), isFolder, allowTraversal) is { } problem)
            throw new PathTraversalException(title, problem);
        var path = Path.GetFullPath(title, root);
        if (!allowTraversal && !IsInside(root, path))
            throw new PathTraversalException(title, "it leads outside the folder");
        return path;
    }

    /// <summary>Says why a title cannot be a path here; null when it can.</summary>
    public static string? Explain(string title, bool windows, bool isFolder, bool allowTraversal)
    {
        if (title.Length == 0)
            return "it is empty";
        foreach (var c in title)
        {
            if (char.IsControl(c))
                return "it has control characters";
        }
        if (!isFolder && (title[^1] == '/' || windows && title[^1] == '\\'))
            return "it names a folder, and the content is a file";
        if (windows && ExplainWindows(title) is { } problem)
            return problem;
        if (allowTraversal)
            return null;
        if (title[0] == '/')
            return "it is absolute";
        if (title.Contains('\\'))
            return "it has a backslash, which Windows takes for a separator";
        if (title.Length >= 2 && title[1] == ':' && char.IsAsciiLetter(title[0]))
            return "it begins with a drive letter";
        return Leaves(title) ? "it leads outside the folder" : null;
    }

    /// <summary>Whether the segments, read from the left, ever end above where they began.</summary>
    public static bool Leaves(ReadOnlySpan<char> path)
    {
        var depth = 0;
        foreach (var range in path.Split('/'))
        {
            depth += path[range] switch
            {
                "" or "." => 0,
                ".." => -1,
                _ => 1,
            };
            if (depth < 0)
                return true;
        }
        return false;
    }

    private static string? ExplainWindows(string title)
    {
        var withoutDrive = title.Length >= 3 && title[1] == ':' && char.IsAsciiLetter(title[0]) ? title[2..] : title;
        if (withoutDrive.Contains(':'))
            return "it has a colon, which names a hidden stream of a file";
        if (withoutDrive.AsSpan().ContainsAny(WindowsForbidden))
            return "it has one of the characters < > \" | ? *";
        foreach (var segment in withoutDrive.Split('/', '\\'))
        {
            if (segment is "." or "..")
                continue;
            if (segment.EndsWith('.') || segment.EndsWith(' '))
                return "a part of it ends with a dot or a blank, which Windows drops";
            if (IsReserved(segment.Split('.')[0].TrimEnd(' ')))
                return $"\"{Printable.Of(segment)}\" is the name of a device";
        }
        return null;
    }

    private static bool IsReserved(string name) => name.ToUpperInvariant() is "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$"
        or ['C', 'O', 'M', >= '0' and <= '9'] or ['L', 'P', 'T', >= '0' and <= '9'];

    /// <summary>Whether a normalized path is the root or below it.</summary>
    public static bool IsInside(string root, string path)
    {
        root = Path.TrimEndingDirectorySeparator(root);
        path = Path.TrimEndingDirectorySeparator(path);
        return path == root || path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    /// <summary>Makes the folders that a path lies in, one by one from the root, so that a link on the way that leaves the root is met before anything is written behind it.</summary>
    /// <exception cref="PathTraversalException">A folder on the way is a link to outside.</exception>
    public static void MakeParents(string root, string path, string title, bool allowTraversal)
    {
        var parent = Path.GetDirectoryName(path) ?? path;
        if (allowTraversal || !IsInside(root, parent))
        {
            Directory.CreateDirectory(parent);
            return;
        }
        Directory.CreateDirectory(root);
        var realRoot = Real(root);
        var current = root;
        foreach (var segment in Path.GetRelativePath(root, parent).Split(Path.DirectorySeparatorChar))
        {
            if (segment is "." or "")
                continue;
            current = Path.Combine(current, segment);
            var folder = new DirectoryInfo(current);
            if (folder.LinkTarget is null)
                Directory.CreateDirectory(current);
            else if (!folder.Exists || !IsInside(realRoot, Real(current)))
                throw new PathTraversalException(title, $"{current} is a link that leads outside the folder");
        }
    }

    /// <summary>The path with every link in it resolved, by the file system's own rules.</summary>
    private static string Real(string path)
    {
        var resolved = Path.GetPathRoot(path) ?? "/";
        var rest = new Stack<string>(path[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
        for (var links = 0; rest.TryPop(out var segment);)
        {
            if (segment == ".")
                continue;
            if (segment == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? resolved;
                continue;
            }
            var next = Path.Combine(resolved, segment);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }
            if (++links > 40)
                throw new IOException($"{path} has too many links");
            if (Path.IsPathRooted(target))
                resolved = Path.GetPathRoot(target) ?? resolved;
            foreach (var part in target[(Path.GetPathRoot(target)?.Length ?? 0)..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
                rest.Push(part);
        }
        return resolved;
    }
}
