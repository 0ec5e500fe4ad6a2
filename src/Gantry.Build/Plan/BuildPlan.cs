using Gantry.Build.Dockerfile;

namespace Gantry.Build.Plan;

/// <summary>What must be built for one platform: the stages that the target needs, each after those it needs itself.</summary>
public sealed record BuildPlan
{
    public required DockerfileDocument Document { get; init; }

    public required PlanOptions Options { get; init; }

    public required IReadOnlyList<PlannedStage> Stages { get; init; }

    /// <summary>Arguments before the first FROM and those of the platform: a stage sees one of them once it declares it.</summary>
    public required IReadOnlyDictionary<string, string> GlobalArguments { get; init; }

    public PlannedStage Target => Stages[^1];

    /// <summary>The stage that <c>--from</c> names; null where it names an image.</summary>
    public int? FindStage(string from, int before)
    {
        if (int.TryParse(from, System.Globalization.NumberStyles.None, null, out var index))
            return index < before ? index : null;
        for (var i = before - 1; i >= 0; i--)
        {
            if (StageNames[i] is { } name && name.Equals(from, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        return null;
    }

    /// <summary>Names of all stages of the Dockerfile, needed or not.</summary>
    public required IReadOnlyList<string?> StageNames { get; init; }
}
