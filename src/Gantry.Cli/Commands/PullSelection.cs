using Gantry.Cli.Output;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary>What of an artifact becomes files.</summary>
/// <param name="status">Told what happens.</param>
/// <param name="mediaTypes">Only layers of these types; empty for all.</param>
/// <param name="concern">The config of the root: without a name it is no loss.</param>
internal sealed class PullSelection(IStatus status, IReadOnlyList<string> mediaTypes, Digest concern)
{
    private int _nameless;

    /// <summary>Whether layers were left out because they have no file name.</summary>
    public bool LeftOutLayers => Volatile.Read(ref _nameless) > 0;

    /// <summary>Content with a name is a file; a manifest leads to more.</summary>
    public bool Follows(Descriptor parent, Descriptor child)
    {
        if (child.Title is { Length: > 0 })
            return mediaTypes.Count == 0 || mediaTypes.Contains(child.MediaType.ToString());
        if (child.MediaType.IsManifest)
            return true;
        if (child.Digest != concern && !IsEmpty(child))
            Interlocked.Increment(ref _nameless);
        return false;
    }

    /// <summary>Passes on what happens, but for the two bytes that stand for nothing.</summary>
    public void Show(CopyEvent happened)
    {
        if (happened.Stage != CopyStage.Skipped || !IsEmpty(happened.Node))
            status.Show(happened);
    }

    private static bool IsEmpty(Descriptor node) => node.Digest == Descriptor.EmptyJson.Digest;
}
