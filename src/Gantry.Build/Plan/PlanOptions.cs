using Gantry.Build.Dockerfile;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Plan;

/// <summary>What the caller of a build chose.</summary>
public sealed record PlanOptions
{
    /// <summary>Name or number of the stage to build; null for the last.</summary>
    public string? Target { get; init; }

    /// <summary>Values for ARG.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>What replacing variables may cost.</summary>
    public ExpansionBudget Budget { get; init; } = new();

    /// <summary>The platform of the image.</summary>
    public required Platform TargetPlatform { get; init; }

    /// <summary>The platform that builds.</summary>
    public required Platform BuildPlatform { get; init; }
}
