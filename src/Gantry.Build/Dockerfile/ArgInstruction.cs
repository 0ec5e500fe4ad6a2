namespace Gantry.Build.Dockerfile;

/// <summary><c>ARG name[=default] …</c></summary>
public sealed record ArgInstruction : Instruction
{
    public required IReadOnlyList<Assignment> Arguments { get; init; }
}
