using Gantry.Build.Layers;

namespace Gantry.Build.Context;

/// <summary>A folder of this machine, opened as a context. Nothing is read before it is asked for.</summary>
public sealed class FolderFiles(string folder) : ContextFiles
{
    /// <summary>As Linux has it.</summary>
    private const int MaxLinks = 40;

    private readonly string _root = Path.GetFullPath(folder);

    public override IEnumerable<string> RootNames =>
        Directory.Exists(_root) ? new DirectoryInfo(_root).EnumerateFileSystemInfos().Select(info => info.Name).Order(StringComparer.Ordinal) : [];

    /// <exception cref="InvalidDataException">A link on the way leads out of the folder.</exception>
    public override LayerEntry? Find(string path)
    {
        var todo = new Stack<string>(path.Split('/').Reverse());
        var resolved = "";
        for (var links = 0; todo.TryPop(out var name);)
        {
            if (name is "" or ".")
                continue;
            if (name == "..")
            {
                if (resolved.Length == 0)
                    throw Outside(path);
                resolved = resolved.LastIndexOf('/') is >= 0 and var slash ? resolved[..slash] : "";
                continue;
            }
            var next = FileTree.Join(resolved, name);
            if (new FileInfo(OnDisk(next)).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }
            if (++links > MaxLinks)
                throw new InvalidDataException($"\"{Protocol.Printable.Of(path)}\" goes through too many symbolic links");
            if (Path.IsPathRooted(target))
            {
                target = Path.GetRelativePath(_root, target).Replace('\\', '/');
                resolved = "";
            }
            foreach (var step in target.Split('/').Reverse())
                todo.Push(step);
        }
        var file = new FileInfo(OnDisk(resolved));
        return file.Exists ? FolderContext.Entry(file, resolved) : null;
    }

    public override BuildContext Read(IgnoreRules ignore, CancellationToken ct) => FolderContext.Read(_root, ignore, ct);

    private string OnDisk(string path) => Path.Join(_root, path);

    private static InvalidDataException Outside(string path) => new($"\"{Protocol.Printable.Of(path)}\" leads out of the context");
}
