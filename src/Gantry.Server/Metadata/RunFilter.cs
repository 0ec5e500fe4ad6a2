using Gantry.Protocol.Runs;

namespace Gantry.Server.Metadata;

/// <summary>Which runs of a registry a list shows; newest first.</summary>
public sealed record RunFilter
{
    /// <summary>Only those older than this number; null from the newest on.</summary>
    public long? Before { get; init; }

    public required int Limit { get; init; }

    public RunStatus? Status { get; init; }

    /// <summary>Only runs that made this image: <c>repository@digest</c>.</summary>
    public string? Manifest { get; init; }

    /// <summary>Only runs that this caller asked for; null for everybody's.</summary>
    public string? Owner { get; init; }
}
