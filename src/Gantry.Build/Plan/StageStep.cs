using Gantry.Build.Dockerfile;

namespace Gantry.Build.Plan;

/// <summary>What an instruction asks of the engine, variables replaced.</summary>
public abstract record StageStep
{
    public required Instruction Instruction { get; init; }
}
