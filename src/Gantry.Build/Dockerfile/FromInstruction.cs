namespace Gantry.Build.Dockerfile;

/// <summary><c>FROM image [AS name]</c></summary>
public sealed record FromInstruction : Instruction
{
    public required Word Image { get; init; }

    /// <summary>Lower case; null for a stage without a name.</summary>
    public string? Name { get; init; }
}
