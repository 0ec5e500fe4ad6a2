namespace Gantry.Build.Dockerfile;

/// <summary>An instruction with several values: <c>EXPOSE</c>, <c>VOLUME</c>.</summary>
public sealed record ListInstruction : Instruction
{
    public required IReadOnlyList<Word> Values { get; init; }

    /// <summary>The values came as JSON and stand for themselves.</summary>
    public required bool IsJson { get; init; }
}
