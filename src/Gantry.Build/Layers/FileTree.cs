namespace Gantry.Build.Layers;

/// <summary>A file tree in memory, without the bytes of its files: a context, or the layers of an image laid over one another.</summary>
/// <remarks>Paths are resolved as a process whose root this tree is would resolve them: links never lead out.</remarks>
public sealed class FileTree
{
    /// <summary>As Linux has it.</summary>
    private const int MaxLinks = 40;

    /// <summary>Characters of a path, as Linux has it. Deeper trees would not fit on the stack of who walks through them.</summary>
    public const int MaxPath = 4096;

    private static readonly LayerEntry Root = new() { Path = "", Type = EntryType.Folder, Mode = Permissions.Folder };

    private readonly Dictionary<string, LayerEntry> _entries = new(StringComparer.Ordinal) { [""] = Root };
    private readonly Dictionary<string, SortedSet<string>> _children = new(StringComparer.Ordinal) { [""] = new(StringComparer.Ordinal) };

    /// <summary>Every entry but the root, folders before what is in them, in byte order of their names.</summary>
    public IEnumerable<LayerEntry> Entries => Below("");

    public LayerEntry? Find(string path) => _entries.GetValueOrDefault(path);

    /// <summary>Names in a folder, in byte order; none for anything else.</summary>
    public IEnumerable<string> List(string folder) => _children.TryGetValue(folder, out var names) ? names : [];

    /// <summary>Everything below a folder, itself left out, folders before what is in them.</summary>
    public IEnumerable<LayerEntry> Below(string folder)
    {
        foreach (var name in List(folder))
        {
            var path = Join(folder, name);
            yield return _entries[path];
            foreach (var entry in Below(path))
                yield return entry;
        }
    }

    /// <summary>Puts an entry where its path says, replacing what is there; folders above it appear where they are missing.</summary>
    /// <remarks>A folder over a folder keeps what is in it; anything else takes the whole place.</remarks>
    public void Put(LayerEntry entry)
    {
        if (entry.Path.Length == 0)
        {
            _entries[""] = entry with { Type = EntryType.Folder };
            return;
        }
        EnsureFolder(entry.Parent);
        if (_entries.TryGetValue(entry.Path, out var before) && !(before.Type == EntryType.Folder && entry.Type == EntryType.Folder))
            Remove(entry.Path);
        _entries[entry.Path] = entry;
        _children[entry.Parent].Add(entry.Name);
        if (entry.Type == EntryType.Folder)
            _children.TryAdd(entry.Path, new SortedSet<string>(StringComparer.Ordinal));
    }

    /// <summary>Takes a path away with everything below it; silent where there is nothing.</summary>
    public void Remove(string path)
    {
        if (path.Length == 0 || !_entries.Remove(path, out var entry))
            return;
        _children[entry.Parent].Remove(entry.Name);
        if (!_children.Remove(path, out var names))
            return;
        _children[path] = names;
        foreach (var name in names.ToArray())
            Remove(Join(path, name));
        _children.Remove(path);
    }

    /// <summary>Takes everything in a folder away and leaves the folder.</summary>
    public void Empty(string folder)
    {
        foreach (var name in List(folder).ToArray())
            Remove(Join(folder, name));
    }

    /// <summary>Lays a layer over the tree: its whiteouts first take away what lower layers had, whatever their order inside it (image-spec layer.md, "Whiteouts").</summary>
    public void Apply(IReadOnlyCollection<LayerEntry> layer)
    {
        foreach (var entry in layer)
        {
            if (entry.Name == Whiteout.Opaque)
                Empty(entry.Parent);
            else if (Whiteout.Target(entry) is { } gone)
                Remove(gone);
        }
        foreach (var entry in layer)
        {
            if (Whiteout.Is(entry.Name))
                continue;
            // A hard link is a file from now on: its other name may be gone with the next layer, and the bytes are still there.
            Put(entry.Type == EntryType.HardLink && Find(entry.LinkTarget) is { Type: EntryType.File } file ? file with { Path = entry.Path } : entry);
        }
    }

    /// <summary>Where a path leads once every link on its way is followed. What does not exist yet is as it is written.</summary>
    /// <param name="path">Relative to the root or absolute; <c>..</c> at the root stays there.</param>
    /// <param name="followLast">Follow the last name too when it is a link.</param>
    /// <exception cref="IOException">Links lead in a circle, or the path is longer than any system takes.</exception>
    public string Resolve(string path, bool followLast) => Resolve(path, followLast, Find);

    /// <param name="path">Relative to the root or absolute; <c>..</c> at the root stays there.</param>
    /// <param name="followLast">Follow the last name too when it is a link.</param>
    /// <param name="find">What is at a path, where that is more than one tree knows.</param>
    /// <inheritdoc cref="Resolve(string, bool)"/>
    public static string Resolve(string path, bool followLast, Func<string, LayerEntry?> find)
    {
        if (path.Length > MaxPath)
            throw new IOException($"a path has {path.Length} characters, the limit is {MaxPath}");
        var todo = new Stack<string>(path.Split('/').Reverse());
        var resolved = "";
        var links = 0;
        while (todo.TryPop(out var name))
        {
            if (name is "" or ".")
                continue;
            if (name == "..")
            {
                resolved = resolved.LastIndexOf('/') is >= 0 and var slash ? resolved[..slash] : "";
                continue;
            }
            var next = Join(resolved, name);
            var last = todo.All(rest => rest is "" or ".");
            if (find(next) is { Type: EntryType.SymbolicLink } link && (followLast || !last))
            {
                if (++links > MaxLinks)
                    throw new IOException($"\"{Protocol.Printable.Of(path)}\" goes through too many symbolic links");
                if (link.LinkTarget.StartsWith('/'))
                    resolved = "";
                foreach (var step in link.LinkTarget.Split('/').Reverse())
                    todo.Push(step);
                continue;
            }
            if (next.Length > MaxPath)
                throw new IOException($"a path has more than {MaxPath} characters once its links are followed");
            resolved = next;
        }
        return resolved;
    }

    public static string Join(string folder, string name) => folder.Length == 0 ? name : name.Length == 0 ? folder : $"{folder}/{name}";

    /// <summary>The folder that a path is in: the empty string for the root.</summary>
    public static string ParentOf(string path) => path.LastIndexOf('/') is >= 0 and var slash ? path[..slash] : "";

    private void EnsureFolder(string path)
    {
        if (_entries.TryGetValue(path, out var entry) && entry.Type == EntryType.Folder)
            return;
        Put(new LayerEntry { Path = path, Type = EntryType.Folder, Mode = Permissions.Folder });
    }
}
