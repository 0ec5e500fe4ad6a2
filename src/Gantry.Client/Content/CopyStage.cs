namespace Gantry.Client.Content;

/// <summary>What happens to one node of a graph while it is copied.</summary>
public enum CopyStage
{
    /// <summary>Its transfer begins.</summary>
    Started,

    /// <summary>Some more bytes moved: <see cref="CopyEvent.Bytes"/> in all.</summary>
    Progress,

    /// <summary>Its transfer is done and verified.</summary>
    Done,

    /// <summary>The target had it.</summary>
    Exists,

    /// <summary>Mounted from another repository; no bytes moved.</summary>
    Mounted,

    /// <summary>Left out on purpose: a foreign layer, or content without a name in a folder.</summary>
    Skipped,

    /// <summary>Its bytes were there under another name and were written again under this one.</summary>
    Restored,

    /// <summary>Its transfer failed.</summary>
    Failed,

    /// <summary>A manifest is read from the source, to learn what is below it. Its own <see cref="Started"/> comes after everything below is copied.</summary>
    Fetching,

    /// <summary>The manifest was read; what is below it is copied next.</summary>
    Processing,
}
