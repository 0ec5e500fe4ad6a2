namespace Gantry.Build.Dockerfile;

/// <summary><c>LABEL key=value …</c></summary>
public sealed record LabelInstruction : Instruction
{
    public required IReadOnlyList<Assignment> Labels { get; init; }
}
