using Gantry.Build.Context;
using Gantry.Build.Layers;
using Gantry.Build.Plan;

namespace Gantry.Build.Execution;

/// <summary>Finds out which entries a COPY or ADD makes: what its sources match, and where in the image each of them lands.</summary>
/// <remarks><code>
///   sources ──(1) match in the source tree──► entries ──(2) destination: a name or a folder──► (3) places, links of the image followed ──► (4) layer
/// </code>
/// Nothing is read or written here. The layer holds what is new alone; a destination that is a folder already keeps its mode and owner, folders
/// inside it take those of the source.
/// </remarks>
internal sealed class CopyResolution(CopyStep step, FileTree source, FileTree image, (long Uid, long Gid)? owner, int? mode)
{
    private readonly List<PathPattern> _excludes = [.. step.Excludes.Select(exclude => ParsePattern(step, exclude))];
    private readonly FileTree _layer = new();
    private readonly HashSet<string> _new = new(StringComparer.Ordinal);

    /// <summary>Contents that several names of an archive share.</summary>
    private readonly HashSet<IFileContent> _shared = [];

    private string _target = "";
    private bool _intoFolder;

    /// <summary>COPY as a whole.</summary>
    /// <exception cref="BuildException">A source is missing, or a folder and a file meet.</exception>
    public IReadOnlyList<LayerEntry> Run()
    {
        var matches = Match(step.Sources);
        Aim(matches.Count + step.HereDocuments.Count);
        foreach (var match in matches)
            Take(match);
        TakeHereDocuments();
        return Entries();
    }

    /// <summary>(1) What the sources name. A pattern may match nothing as long as something else is there.</summary>
    public IReadOnlyList<LayerEntry> Match(IReadOnlyList<string> sources)
    {
        var matches = new List<LayerEntry>();
        foreach (var text in sources)
        {
            if (PathPattern.HasWildcard(text))
                ParsePattern(step, text);
            matches.AddRange(new SourceMatch(source, keepPath: step.Parents).Find(text) ?? throw Missing(text));
        }
        return matches.Count > 0 || sources.Count == 0 || step.HereDocuments.Count > 0 ? matches : throw Missing(sources[0]);
    }

    /// <summary>(2) As Docker has it: the destination is a folder where it ends with a slash, or one is there, or several things come.</summary>
    public void Aim(int count)
    {
        _target = Locate(step.Destination);
        _intoFolder = step.Destination.EndsWith('/') || IsFolder(_target) || step.Parents;
        if (count > 1 && !_intoFolder)
            throw Refuse($"with more than one source, the destination of {step.Instruction.Keyword} must be a folder and end with a slash", $"write {step.Destination}/");
    }

    /// <summary>Whether what is taken keeps its own name.</summary>
    public bool IntoFolder => _intoFolder;

    /// <summary>(3) One match: a file goes where it is told, a folder gives its contents, and its own name, mode and owner stay behind.</summary>
    public void Take(LayerEntry match)
    {
        var place = step.Parents ? FileTree.Join(_target, match.Path) : _target;
        if (match.Type != EntryType.Folder)
        {
            Place(match, _intoFolder && !step.Parents ? FileTree.Join(_target, match.Name) : place);
            return;
        }
        var folder = source.Resolve(match.Path, followLast: true);
        EnsureFolder(place);
        foreach (var entry in source.Below(folder))
        {
            var relative = folder.Length == 0 ? entry.Path : entry.Path[(folder.Length + 1)..];
            if (!_excludes.Exists(exclude => exclude.MatchesWithParents(relative)))
                Place(entry, FileTree.Join(place, relative));
        }
    }

    public void TakeHereDocuments()
    {
        foreach (var (name, content) in step.HereDocuments)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(content);
            var entry = new LayerEntry { Path = name, Type = EntryType.File, Mode = Permissions.File, Size = bytes.Length, Modified = BuildContext.FixedTime, Content = new BytesContent(bytes) };
            Place(entry, _intoFolder ? FileTree.Join(_target, name) : _target);
        }
    }

    /// <summary>Puts what came out of an archive below the destination. Owners and modes are the archive's: <c>--chown</c> and <c>--chmod</c> speak of copied files.</summary>
    public void Unpack(IEnumerable<LayerEntry> entries)
    {
        EnsureFolder(_target);
        foreach (var entry in entries.Where(entry => entry.Path.Length > 0))
        {
            if (entry.Type is EntryType.CharacterDevice or EntryType.BlockDevice)
                throw Refuse($"\"{Protocol.Printable.Of(entry.Path)}\" of the archive is a device", "leave it out: devices are made where containers run");
            Put(entry.Type == EntryType.HardLink ? Shared(entry) : entry, FileTree.Join(_target, entry.Path), entry);
        }
    }

    /// <summary>(4) The layer's entries, folders before what is in them. Of the names that share a content the first is the file, since a hard link must come after it.</summary>
    public IReadOnlyList<LayerEntry> Entries()
    {
        var first = new Dictionary<IFileContent, string>();
        return [.. _layer.Entries.Where(entry => _new.Contains(entry.Path)).Select(entry =>
        {
            if (entry.Content is not { } content || !_shared.Contains(content) || first.TryAdd(content, entry.Path))
                return entry;
            return entry with { Type = EntryType.HardLink, LinkTarget = first[content], Size = 0, Content = null };
        })];
    }

    private static PathPattern ParsePattern(CopyStep step, string text)
    {
        try
        {
            return PathPattern.Parse(text);
        }
        catch (FormatException e)
        {
            throw new BuildException($"{step.Instruction.Keyword} failed: {e.Message}", e);
        }
    }

    private BuildException Missing(string text) =>
        Refuse($"\"{Protocol.Printable.Of(text)}\" is not in {(step.From is null ? "the build context" : "what --from names")}{new SourceMatch(source, keepPath: false).Near(text)}",
            step.From is null ? $"check the path and the rules of {IgnoreRules.FileName}" : "check the path");

    /// <summary>Puts a copied entry at a path of the image.</summary>
    private void Place(LayerEntry entry, string path)
    {
        // What a context says of owners is chance; what an image says counts.
        var fromContext = step.From is null;
        var placed = Plain(entry);
        Put(placed with
        {
            Uid = owner?.Uid ?? (fromContext ? 0 : placed.Uid),
            Gid = owner?.Gid ?? (fromContext ? 0 : placed.Gid),
            Mode = placed.Type == EntryType.SymbolicLink ? Permissions.All : mode ?? placed.Mode,
        }, path, entry);
    }

    /// <summary>Puts an entry where a path leads, following links on the way but never at its end.</summary>
    private void Put(LayerEntry entry, string path, LayerEntry origin)
    {
        if (path.Length > FileTree.MaxPath)
            throw Refuse($"a path has {path.Length} characters, the limit is {FileTree.MaxPath}", "copy to a folder with a shorter name");
        var parent = Locate(FileTree.ParentOf(path));
        EnsureFolder(parent);
        var place = FileTree.Join(parent, path[(path.LastIndexOf('/') + 1)..]);
        // A folder that is copied onto a link to a folder goes where the link leads.
        if (entry.Type == EntryType.Folder && Existing(place) is { Type: EntryType.SymbolicLink })
            place = Locate(place);
        if (Existing(place) is { } before && before.Type == EntryType.Folder != (entry.Type == EntryType.Folder))
        {
            throw before.Type == EntryType.Folder
                ? Refuse($"\"/{Protocol.Printable.Of(place)}\" is a folder in the image and \"{Protocol.Printable.Of(origin.Path)}\" is not", "copy to another name")
                : Refuse($"\"/{Protocol.Printable.Of(place)}\" is a file in the image and \"{Protocol.Printable.Of(origin.Path)}\" is a folder", "copy to another name");
        }
        Add(entry with { Path = place });
    }

    /// <summary>A hard link's other name may stay behind, so a copy of it is a file of its own.</summary>
    private LayerEntry Plain(LayerEntry entry) =>
        entry.Type != EntryType.HardLink ? entry
        : source.Find(entry.LinkTarget) is { Type: EntryType.File } file ? file
        : throw Refuse($"\"{Protocol.Printable.Of(entry.Path)}\" is a hard link to nothing", "mend the image that it comes from");

    /// <summary>What an archive's hard link shares. A file of a lower layer is stored again: a link into another layer is broken by the first write.</summary>
    private LayerEntry Shared(LayerEntry link)
    {
        var path = FileTree.Join(_target, link.LinkTarget);
        var place = FileTree.Join(Locate(FileTree.ParentOf(path)), path[(path.LastIndexOf('/') + 1)..]);
        if (Existing(place) is not { } found || found.Type == EntryType.Folder)
            throw Refuse($"\"{Protocol.Printable.Of(link.Path)}\" of the archive is a hard link to \"{Protocol.Printable.Of(link.LinkTarget)}\", which is not a file before it", "pack the archive again");
        if (_new.Contains(place) && found.Content is { } content)
            _shared.Add(content);
        return found;
    }

    private void EnsureFolder(string path)
    {
        if (IsFolder(path))
            return;
        EnsureFolder(FileTree.ParentOf(path));
        if (Existing(path) is not null)
            throw Refuse($"\"/{Protocol.Printable.Of(path)}\" is a file in the image, not a folder", "copy to another folder");
        Add(new LayerEntry { Path = path, Type = EntryType.Folder, Mode = Permissions.Folder, Modified = BuildContext.FixedTime, Uid = owner?.Uid ?? 0, Gid = owner?.Gid ?? 0 });
    }

    private void Add(LayerEntry entry)
    {
        if (Whiteout.Is(entry.Name))
            throw Refuse($"\"/{Protocol.Printable.Of(entry.Path)}\" bears a name that means a deletion in layers", "rename it or leave it out");
        _layer.Put(entry);
        _new.Add(entry.Path);
    }

    private bool IsFolder(string path) => path.Length == 0 || Existing(path)?.Type == EntryType.Folder;

    /// <summary>What is at a path. What this step itself made comes first: a link that it brought is followed like any other.</summary>
    private LayerEntry? Existing(string path) => _new.Contains(path) ? _layer.Find(path) : step.Link ? null : image.Find(path);

    private string Locate(string path) => FileTree.Resolve(path, followLast: true, Existing);

    private BuildException Refuse(string problem, string remedy) => new($"{step.Instruction.Keyword} failed: {problem}; {remedy}");
}
