namespace Gantry.Build.Dockerfile;

/// <summary>An instruction with one value: <c>WORKDIR</c>, <c>USER</c>, <c>STOPSIGNAL</c>, <c>MAINTAINER</c>.</summary>
public sealed record ValueInstruction : Instruction
{
    public required Word Value { get; init; }
}
