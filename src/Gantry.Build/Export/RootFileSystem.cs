using Gantry.Build.Execution;
using Gantry.Build.Layers;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Export;

/// <summary>An image's layers laid over one another: what a container would find at its root.</summary>
internal static class RootFileSystem
{
    /// <summary>Every entry of the image, or of each platform's image below a folder of its name, folders before what is in them.</summary>
    /// <param name="source">Has the layers.</param>
    /// <param name="image">The image.</param>
    /// <param name="workFolder">Receives the files' bytes, which the entries open from there.</param>
    /// <param name="ct">Stops it.</param>
    public static async ValueTask<IReadOnlyList<LayerEntry>> ReadAsync(IContentSource source, ImageBuildResult image, string workFolder, CancellationToken ct)
    {
        Directory.CreateDirectory(workFolder);
        if (image.Images is [var only])
            return Linked(await ReadAsync(source, only, workFolder, ct).ConfigureAwait(false), "");
        var all = new List<LayerEntry>();
        foreach (var one in image.Images)
        {
            var platform = one.Config.Platform;
            var name = string.Join('_', new[] { platform.Os, platform.Architecture, platform.Variant }.Where(part => !string.IsNullOrEmpty(part))).Replace('/', '-');
            all.Add(new LayerEntry { Path = name, Type = EntryType.Folder, Mode = Permissions.Folder });
            all.AddRange(Linked(await ReadAsync(source, one, workFolder, ct).ConfigureAwait(false), name));
        }
        return all;
    }

    private static async ValueTask<FileTree> ReadAsync(IContentSource source, BuiltImage image, string workFolder, CancellationToken ct)
    {
        var tree = new FileTree();
        var disk = new DiskBudget(TarLimits.Default);
        foreach (var layer in ((ImageManifest)image.Manifest.Parse()).Layers)
        {
            var entries = await new LayerFiles(source, layer, workFolder, TarLimits.Default, disk).ReadEntriesAsync(ct).ConfigureAwait(false);
            tree.Apply(WithoutHardLinks(entries, tree));
        }
        await LayerFiles.PrepareAsync(tree.Entries, ct).ConfigureAwait(false);
        return tree;
    }

    /// <summary>A hard link becomes its file, so that a later layer may take the file's other names away.</summary>
    private static List<LayerEntry> WithoutHardLinks(IReadOnlyList<LayerEntry> layer, FileTree below)
    {
        var files = new Dictionary<string, LayerEntry>(StringComparer.Ordinal);
        var plain = new List<LayerEntry>(layer.Count);
        foreach (var entry in layer)
        {
            var one = entry;
            if (entry.Type == EntryType.HardLink)
            {
                var target = files.GetValueOrDefault(entry.LinkTarget) ?? below.Find(below.Resolve(entry.LinkTarget, followLast: false));
                if (target is null or { Type: EntryType.Folder })
                    throw new InvalidDataException($"the layer has the hard link \"{Protocol.Printable.Of(entry.Path)}\" to nothing");
                one = target with { Path = entry.Path };
            }
            files[one.Path] = one;
            plain.Add(one);
        }
        return plain;
    }

    /// <summary>The tree's entries below a folder. Of several with the same bytes the first is the file, and the others are links to it again.</summary>
    private static List<LayerEntry> Linked(FileTree tree, string folder)
    {
        var first = new Dictionary<IFileContent, string>(ReferenceEqualityComparer.Instance);
        var entries = new List<LayerEntry>();
        foreach (var entry in tree.Entries)
        {
            var path = FileTree.Join(folder, entry.Path);
            entries.Add(entry.Content is not { } content || first.TryAdd(content, path)
                ? entry with { Path = path }
                : entry with { Path = path, Type = EntryType.HardLink, LinkTarget = first[content], Content = null, Size = 0 });
        }
        return entries;
    }
}
