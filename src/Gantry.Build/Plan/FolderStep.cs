namespace Gantry.Build.Plan;

/// <summary>Makes a folder where it is missing: WORKDIR.</summary>
public sealed record FolderStep : StageStep
{
    /// <summary>Absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The user that is set, <c>user[:group]</c>; null for root.</summary>
    public string? User { get; init; }
}
