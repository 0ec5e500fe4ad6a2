namespace Gantry.Build.Dockerfile;

/// <summary><c>SHELL ["program", "argument"…]</c></summary>
public sealed record ShellInstruction : Instruction
{
    public required IReadOnlyList<string> Arguments { get; init; }
}
