using Gantry.Build.Dockerfile;

namespace Gantry.Build.Plan;

/// <summary>A stage that the target needs.</summary>
public sealed record PlannedStage
{
    /// <summary>Its place in the Dockerfile, from zero.</summary>
    public required int Index { get; init; }

    public string? Name { get; init; }

    public required FromInstruction From { get; init; }

    public required StageOrigin Base { get; init; }

    public required IReadOnlyList<Instruction> Instructions { get; init; }
}
