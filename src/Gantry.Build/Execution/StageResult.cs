using Gantry.Build.Layers;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>A stage as far as it is built.</summary>
internal sealed class StageResult
{
    private FileTree? _tree;

    public required ImageConfig Config { get; set; }

    public required List<StageLayer> Layers { get; init; }

    public required ResolvedImage? Base { get; init; }

    /// <summary>Entries that the base's layers may have together: a manifest may name one layer thousands of times.</summary>
    public required long MaxEntries { get; init; }

    /// <summary>Entries of the layers written here; the base's are read when somebody asks for the tree.</summary>
    public List<IReadOnlyList<LayerEntry>> Written { get; init; } = [];

    /// <summary>Layers of the base image that no stage wrote.</summary>
    public required IReadOnlyList<LayerFiles> BaseLayers { get; init; }

    /// <summary>The root file system: the layers laid over one another. An image that nothing is copied to or from is never read.</summary>
    public async ValueTask<FileTree> TreeAsync(CancellationToken ct)
    {
        if (_tree is not null)
            return _tree;
        var tree = new FileTree();
        var count = 0L;
        foreach (var layer in BaseLayers)
        {
            var entries = await layer.ReadEntriesAsync(ct).ConfigureAwait(false);
            if ((count += entries.Count) > MaxEntries)
                throw new InvalidDataException($"the layers of the image have more than {MaxEntries} entries");
            tree.Apply(entries);
        }
        foreach (var layer in Written)
            tree.Apply([.. layer]);
        return _tree = tree;
    }

    public void Add(StageLayer layer, IReadOnlyList<LayerEntry> entries)
    {
        Layers.Add(layer);
        Written.Add(entries);
        _tree?.Apply([.. entries]);
    }

    /// <summary>A stage of its own that begins where this one ended.</summary>
    public StageResult Continue() => new() { Config = Config, Layers = [.. Layers], Base = Base, BaseLayers = BaseLayers, MaxEntries = MaxEntries, Written = [.. Written] };
}
