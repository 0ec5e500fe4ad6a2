namespace Gantry.Build.Dockerfile;

/// <summary><c>RUN</c>, <c>CMD</c> or <c>ENTRYPOINT</c>.</summary>
public sealed record CommandInstruction : Instruction
{
    public required CommandLine Command { get; init; }
}
