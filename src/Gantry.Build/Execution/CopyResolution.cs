using Gantry.Build.Context;
using Gantry.Build.Layers;
using Gantry.Build.Plan;

namespace Gantry.Build.Execution;

/// <summary>Finds out which entries a COPY makes: what its sources match, and where in the image each of them lands.</summary>
/// <remarks><code>
///   sources ──(1) match in the source tree──► entries ──(2) destination: a name or a folder──► (3) places, links of the image followed ──► layer
/// </code>
/// Nothing is read or written here. The layer holds what is new alone, and a folder that the image has already keeps its mode and owner.
/// </remarks>
internal sealed class CopyResolution(CopyStep step, FileTree source, FileTree image, (long Uid, long Gid)? owner, int? mode)
{
    private readonly List<PathPattern> _excludes = [.. step.Excludes.Select(PathPattern.Parse)];
    private readonly FileTree _layer = new();
    private readonly HashSet<string> _new = new(StringComparer.Ordinal);

    /// <summary>The layer's entries, folders before what is in them.</summary>
    /// <exception cref="BuildException">A source is missing, or a folder and a file meet.</exception>
    public IReadOnlyList<LayerEntry> Run()
    {
        // (1)
        var matches = step.Sources.SelectMany(Match).ToList();
        var count = matches.Count + step.HereDocuments.Count;

        // (2) As Docker has it: a slash at its end, or a folder that is there, or several sources.
        var target = Locate(step.Destination);
        var intoFolder = step.Destination.EndsWith('/') || step.Destination == "/" || IsFolder(target) || step.Parents;
        if (count > 1 && !intoFolder)
            throw Refuse($"with more than one source, the destination of {step.Instruction.Keyword} must be a folder and end with a slash", $"write {step.Destination}/");

        // (3)
        foreach (var match in matches)
            Take(match, target, intoFolder);
        foreach (var (name, content) in step.HereDocuments)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(content);
            var entry = new LayerEntry { Path = name, Type = EntryType.File, Mode = Permissions.File, Size = bytes.Length, Modified = BuildContext.FixedTime, Content = new BytesContent(bytes) };
            Place(entry, intoFolder ? FileTree.Join(target, name) : target);
        }
        return [.. _layer.Entries.Where(entry => _new.Contains(entry.Path))];
    }

    /// <summary>Puts entries that came out of an archive below the destination, which is a folder.</summary>
    public IReadOnlyList<LayerEntry> Unpack(IEnumerable<LayerEntry> entries)
    {
        var target = Locate(step.Destination);
        EnsureFolder(target);
        foreach (var entry in entries)
        {
            if (entry.Path.Length == 0)
                continue;
            var link = entry.Type == EntryType.HardLink ? entry with { LinkTarget = FileTree.Join(target, entry.LinkTarget) } : entry;
            Place(link, FileTree.Join(target, entry.Path));
        }
        return [.. _layer.Entries.Where(entry => _new.Contains(entry.Path))];
    }

    private IEnumerable<LayerEntry> Match(string text)
    {
        var path = UnixPath.Combine("/", text)[1..];
        if (!PathPattern.HasWildcard(path))
        {
            var found = source.Find(source.Resolve(path, followLast: true));
            return found is not null
                ? [found with { Path = step.Parents || found.Type != EntryType.Folder ? path : found.Path }]
                : throw Missing(text);
        }
        var pattern = PathPattern.Parse(path);
        var matched = source.Entries.Where(entry => pattern.Matches(entry.Path)).ToList();
        return matched.Count > 0 ? matched.Select(Followed) : throw Missing(text);

        LayerEntry Followed(LayerEntry entry) =>
            entry.Type == EntryType.SymbolicLink && source.Find(source.Resolve(entry.Path, followLast: true)) is { Type: not EntryType.Folder } file ? file with { Path = entry.Path } : entry;
    }

    private BuildException Missing(string text) =>
        Refuse($"\"{Protocol.Printable.Of(text)}\" is not in {(step.From is null ? "the build context" : "what --from names")}",
            step.From is null ? $"check the path and the rules of {IgnoreRules.FileName}" : "check the path");

    private void Take(LayerEntry match, string target, bool intoFolder)
    {
        var place = step.Parents ? FileTree.Join(target, match.Path) : target;
        if (match.Type != EntryType.Folder)
        {
            Place(match, intoFolder && !step.Parents ? FileTree.Join(target, match.Name) : place);
            return;
        }
        // A folder gives its contents; its own name, mode and owner stay behind.
        var folder = source.Resolve(match.Path, followLast: true);
        EnsureFolder(place);
        foreach (var entry in source.Below(folder))
        {
            var relative = folder.Length == 0 ? entry.Path : entry.Path[(folder.Length + 1)..];
            if (!_excludes.Exists(exclude => exclude.MatchesWithParents(relative)))
                Place(entry, FileTree.Join(place, relative));
        }
    }

    /// <summary>Puts one entry at a path of the image, following the links of the image on the way but never at its end.</summary>
    private void Place(LayerEntry entry, string path)
    {
        if (Whiteout.Is(entry.Name))
            throw Refuse($"\"{Protocol.Printable.Of(entry.Path)}\" bears a name that means a deletion in layers", "rename it or leave it out");
        var parent = Locate("/" + new LayerEntry { Path = path, Type = EntryType.File, Mode = 0 }.Parent);
        EnsureFolder(parent);
        var place = FileTree.Join(parent, path[(path.LastIndexOf('/') + 1)..]);
        var before = Existing(place);
        if (entry.Type == EntryType.Folder && before is { Type: EntryType.SymbolicLink })
        {
            // A folder that is copied onto a link to a folder goes where the link leads.
            place = Locate("/" + place);
            before = Existing(place);
        }
        if (before is { Type: EntryType.Folder } != (entry.Type == EntryType.Folder) && before is not null)
        {
            throw before.Type == EntryType.Folder
                ? Refuse($"\"/{Protocol.Printable.Of(place)}\" is a folder in the image and \"{Protocol.Printable.Of(entry.Path)}\" is not", "copy to another name")
                : Refuse($"\"/{Protocol.Printable.Of(place)}\" is a file in the image and \"{Protocol.Printable.Of(entry.Path)}\" is a folder", "copy to another name");
        }
        Add(Plain(entry) with
        {
            Path = place,
            Uid = owner?.Uid ?? (step.From is null && !step.IsAdd ? 0 : entry.Uid),
            Gid = owner?.Gid ?? (step.From is null && !step.IsAdd ? 0 : entry.Gid),
            Mode = entry.Type == EntryType.SymbolicLink ? Permissions.All : mode ?? entry.Mode,
        });
    }

    /// <summary>A hard link's other name may stay behind, so a copy of it is a file of its own.</summary>
    private LayerEntry Plain(LayerEntry entry)
    {
        if (entry.Type != EntryType.HardLink || step.IsAdd)
            return entry;
        return source.Find(entry.LinkTarget) is { Type: EntryType.File } file
            ? file
            : throw Refuse($"\"{Protocol.Printable.Of(entry.Path)}\" is a hard link to nothing", "mend the image that it comes from");
    }

    private void EnsureFolder(string path)
    {
        if (path.Length == 0 || IsFolder(path))
            return;
        var entry = new LayerEntry { Path = path, Type = EntryType.Folder, Mode = Permissions.Folder, Modified = BuildContext.FixedTime, Uid = owner?.Uid ?? 0, Gid = owner?.Gid ?? 0 };
        EnsureFolder(entry.Parent);
        if (Existing(path) is not null)
            throw Refuse($"\"/{Protocol.Printable.Of(path)}\" is a file in the image, not a folder", "copy to another folder");
        Add(entry);
    }

    private void Add(LayerEntry entry)
    {
        _layer.Put(entry);
        _new.Add(entry.Path);
    }

    private bool IsFolder(string path) => path.Length == 0 || Existing(path)?.Type == EntryType.Folder;

    private LayerEntry? Existing(string path) => (_new.Contains(path) ? _layer.Find(path) : null) ?? (step.Link ? null : image.Find(path));

    /// <summary>Where a path of the image leads. What this step itself made comes first: a link that it copied is followed like any other.</summary>
    private string Locate(string path) => step.Link ? UnixPath.Combine("/", path)[1..] : image.Resolve(path, followLast: true);

    private BuildException Refuse(string problem, string remedy) => new($"{step.Instruction.Keyword} failed: {problem}; {remedy}");
}
