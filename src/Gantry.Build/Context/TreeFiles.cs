using Gantry.Build.Layers;

namespace Gantry.Build.Context;

/// <summary>A context that lies in a tree: an archive or artifact that was read, or nothing at all.</summary>
public sealed class TreeFiles(FileTree tree) : ContextFiles
{
    public override IEnumerable<string> RootNames => tree.List("");

    public override LayerEntry? Find(string path) => tree.Find(tree.Resolve(path, followLast: true));

    public override BuildContext Read(IgnoreRules ignore, CancellationToken ct)
    {
        var left = new FileTree();
        foreach (var entry in tree.Entries)
        {
            ct.ThrowIfCancellationRequested();
            if (!ignore.Ignores(entry.Path))
                left.Put(entry);
        }
        return new BuildContext(left);
    }
}
