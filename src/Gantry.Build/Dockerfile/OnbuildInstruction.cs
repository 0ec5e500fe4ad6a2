namespace Gantry.Build.Dockerfile;

/// <summary><c>ONBUILD instruction</c></summary>
public sealed record OnbuildInstruction : Instruction
{
    public required Instruction Trigger { get; init; }
}
