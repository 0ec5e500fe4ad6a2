using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Output;

/// <summary>The words for what happens to a node, as wide as each other, so that the digests stand below each other.</summary>
/// <param name="Started">Its transfer begins.</param>
/// <param name="Done">Its transfer ended well.</param>
internal sealed record StatusWords(string Started, string Done)
{
    public static readonly StatusWords Push = new("Uploading", "Uploaded");
    public static readonly StatusWords Pull = new("Downloading", "Downloaded") { BeginsManifestsWhenRead = true };
    public static readonly StatusWords Copy = new("Copying", "Copied");

    /// <summary>To a pull a manifest is what it reads first; to a push it is what it sends last.</summary>
    public bool BeginsManifestsWhenRead { get; init; }

    /// <summary>The word for what happened; null where nothing is said.</summary>
    public string? Of(CopyEvent happened)
    {
        var word = happened.Stage switch
        {
            CopyStage.Fetching => BeginsManifestsWhenRead ? Started : null,
            CopyStage.Processing => BeginsManifestsWhenRead ? "Processing" : null,
            CopyStage.Started => BeginsManifestsWhenRead && happened.Node.MediaType.IsManifest ? null : Started,
            CopyStage.Done => Done,
            CopyStage.Exists => "Exists",
            CopyStage.Mounted => "Mounted",
            CopyStage.Skipped => "Skipped",
            CopyStage.Restored => "Restored",
            _ => null,
        };
        return word?.PadRight(Started.Length);
    }
}
