namespace Gantry.Build.Dockerfile;

/// <summary><c>COPY</c> or <c>ADD</c>, told apart by the keyword.</summary>
public sealed record CopyInstruction : Instruction
{
    /// <summary>Paths, URLs, or markers of here-documents.</summary>
    public required IReadOnlyList<Word> Sources { get; init; }

    public required Word Destination { get; init; }
}
