namespace Gantry.Build.Dockerfile;

/// <summary><c>HEALTHCHECK CMD …</c> or <c>HEALTHCHECK NONE</c></summary>
public sealed record HealthcheckInstruction : Instruction
{
    /// <summary>Null for <c>NONE</c>.</summary>
    public required CommandLine? Command { get; init; }
}
