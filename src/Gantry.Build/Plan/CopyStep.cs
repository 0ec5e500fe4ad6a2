namespace Gantry.Build.Plan;

/// <summary>Takes files over: COPY and ADD.</summary>
public sealed record CopyStep : StageStep
{
    /// <summary>Paths, perhaps with wildcards, and for ADD addresses. Markers of here-documents are not among them.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Name and content of files written in the Dockerfile itself.</summary>
    public required IReadOnlyList<(string Name, string Content)> HereDocuments { get; init; }

    /// <summary>Absolute. Ends with a slash where it must be a folder.</summary>
    public required string Destination { get; init; }

    /// <summary>Where from; null for the context.</summary>
    public StageOrigin? From { get; init; }

    /// <summary><c>user[:group]</c>, by name or number; null for root.</summary>
    public string? Chown { get; init; }

    /// <summary>Octal; null keeps what the source has.</summary>
    public string? Chmod { get; init; }

    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Keep the folders of the source's path below the destination.</summary>
    public bool Parents { get; init; }

    /// <summary>A layer that depends on nothing below it: links of the image are not followed.</summary>
    public bool Link { get; init; }

    /// <summary>ADD: archives are unpacked and addresses fetched.</summary>
    public bool IsAdd { get; init; }

    /// <summary>Whether ADD unpacks; null for its default: local archives, not fetched ones.</summary>
    public bool? Unpack { get; init; }

    /// <summary>Digest that a fetched file must have.</summary>
    public string? Checksum { get; init; }
}
