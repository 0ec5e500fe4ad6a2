using System.Collections.Concurrent;
using Gantry.Cli.Output;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary>What of an artifact becomes files.</summary>
/// <param name="status">Told what happens.</param>
/// <param name="mediaTypes">Only layers of these types; empty for all.</param>
/// <param name="config">The config of the root, whose lack of a name is no loss; null for none.</param>
/// <param name="isConfigPulled">The user gave the config a name, and it is a file already.</param>
internal sealed class PullSelection(IStatus status, IReadOnlyList<string> mediaTypes, Descriptor? config, bool isConfigPulled)
{
    private readonly ConcurrentDictionary<Digest, ConcurrentQueue<Descriptor>> _skipped = new();
    private volatile bool _leftOutLayers;

    /// <summary>Whether layers were left out because they have no file name.</summary>
    public bool LeftOutLayers => _leftOutLayers;

    /// <summary>Content with a name is a file; a manifest leads to more.</summary>
    public bool Follows(Descriptor parent, Descriptor child)
    {
        var isNamed = child.Title is { Length: > 0 };
        if (isNamed ? mediaTypes.Count == 0 || mediaTypes.Contains(child.MediaType.ToString()) : child.MediaType.IsManifest)
            return true;
        var isConfig = !isNamed && config is not null && child.IsSameContent(config);
        // The two bytes that stand for nothing are not worth a word.
        if (child.Digest == Descriptor.EmptyJson.Digest || (isConfig && isConfigPulled))
            return false;
        _leftOutLayers |= !isNamed && !isConfig;
        _skipped.GetOrAdd(parent.Digest, _ => new()).Enqueue(child);
        return false;
    }

    /// <summary>Passes on what happens. What was left out of a manifest is told after the manifest.</summary>
    public void Show(CopyEvent happened)
    {
        if (happened.Stage == CopyStage.Skipped && !happened.Node.MediaType.IsNonDistributable)
            return;
        status.Show(happened);
        if (happened.Stage != CopyStage.Processing || !_skipped.TryGetValue(happened.Node.Digest, out var skipped))
            return;
        while (skipped.TryDequeue(out var child))
            status.Show(new CopyEvent(child, CopyStage.Skipped));
    }
}
