using Gantry.Client.Content;

namespace Gantry.Cli.Output;

/// <summary>The words for what happens to a node, as wide as each other, so that the digests stand below each other.</summary>
/// <param name="Started">Its transfer begins.</param>
/// <param name="Done">Its transfer ended well.</param>
internal sealed record StatusWords(string Started, string Done)
{
    public static readonly StatusWords Push = new("Uploading", "Uploaded");
    public static readonly StatusWords Pull = new("Downloading", "Downloaded");
    public static readonly StatusWords Copy = new("Copying", "Copied");

    /// <summary>The word for a stage; null where nothing is said.</summary>
    public string? Of(CopyStage stage)
    {
        var word = stage switch
        {
            CopyStage.Started => Started,
            CopyStage.Done => Done,
            CopyStage.Exists => "Exists",
            CopyStage.Mounted => "Mounted",
            CopyStage.Skipped => "Skipped",
            CopyStage.Restored => "Restored",
            _ => null,
        };
        return word?.PadRight(Started.Length);
    }

    public string Processing => "Processing".PadRight(Started.Length);
}
