using Gantry.Build.Context;
using Gantry.Build.Dockerfile;
using Gantry.Build.Layers;
using Gantry.Build.Plan;

namespace Gantry.Build.Execution;

/// <summary>Finds what a source of COPY names in a tree. Links are followed, inside the tree and never out of it.</summary>
/// <param name="tree">The context, or the files that <c>--from</c> names.</param>
/// <param name="keepPath">Folders keep the path that they were named by, not the one that it leads to.</param>
internal sealed class SourceMatch(FileTree tree, bool keepPath)
{
    /// <summary>How many names of a folder are compared for a suggestion.</summary>
    private const int MostNames = 10_000;

    /// <summary>Entries under the names that the source calls them by; null where a plain name is missing, none where a pattern matches nothing.</summary>
    public IReadOnlyList<LayerEntry>? Find(string text)
    {
        var path = UnixPath.Combine("/", text)[1..];
        if (!PathPattern.HasWildcard(path))
            return Followed(path) is { } found ? [keepPath || found.Type != EntryType.Folder ? found with { Path = path } : found] : null;
        // Names before the first pattern may be links; what a pattern matches is listed.
        var names = path.Split('/');
        var plain = names.TakeWhile(name => !PathPattern.HasWildcard(name)).Count();
        var written = string.Join('/', names[..plain]);
        var folder = tree.Resolve(written, followLast: true);
        var pattern = PathPattern.Parse(string.Join('/', names[plain..]));
        return [.. tree.Below(folder)
            .Select(entry => (Entry: entry, Relative: folder.Length == 0 ? entry.Path : entry.Path[(folder.Length + 1)..]))
            .Where(item => pattern.Matches(item.Relative))
            .Select(item => (Followed(item.Entry.Path) ?? item.Entry) with { Path = FileTree.Join(written, item.Relative) })];
    }

    /// <summary>Names that were perhaps meant, for the end of a sentence; empty where none is near.</summary>
    public string Near(string text)
    {
        var path = UnixPath.Combine("/", text)[1..];
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (name.Length == 0 || PathPattern.HasWildcard(path))
            return "";
        var folder = tree.Resolve(FileTree.ParentOf(path), followLast: true);
        var near = tree.List(folder).Take(MostNames)
            .Select(candidate => (Name: candidate, Distance: candidate.Equals(name, StringComparison.OrdinalIgnoreCase) ? 0 : EditDistance.Between(name, candidate)))
            .Where(candidate => candidate.Distance <= Math.Max(1, name.Length / 3))
            .OrderBy(candidate => candidate.Distance).Take(3)
            .Select(candidate => $"\"{Protocol.Printable.Of(FileTree.Join(FileTree.ParentOf(path), candidate.Name))}\"").ToList();
        return near.Count == 0 ? "" : $" (there is {string.Join(", ", near)})";
    }

    private LayerEntry? Followed(string path) => tree.Find(tree.Resolve(path, followLast: true));
}
