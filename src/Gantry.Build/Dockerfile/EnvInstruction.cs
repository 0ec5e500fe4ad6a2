namespace Gantry.Build.Dockerfile;

/// <summary><c>ENV key=value …</c></summary>
public sealed record EnvInstruction : Instruction
{
    public required IReadOnlyList<Assignment> Variables { get; init; }
}
