namespace Gantry.Build.Dockerfile;

/// <summary>A Dockerfile, read: its directives and its instructions in order.</summary>
public sealed record DockerfileDocument
{
    /// <summary>Most instructions that a file may have.</summary>
    public const int MaxInstructions = 10_000;

    public required SourceText Source { get; init; }

    public required ParserDirectives Directives { get; init; }

    public required IReadOnlyList<Instruction> Instructions { get; init; }

    /// <exception cref="DockerfileException">The first thing that is wrong, with its place and a remedy.</exception>
    public static DockerfileDocument Parse(string fileName, string text)
    {
        var source = SourceText.Of(fileName, text);
        var directives = ParserDirectives.Read(source);
        var parser = new InstructionParser(directives.Escape);
        var instructions = new List<Instruction>();
        foreach (var line in new DockerfileLexer(source, directives.Escape).Lines())
        {
            if (instructions.Count == MaxInstructions)
                throw line.Problem(0, 1, $"the file has more than {MaxInstructions} instructions", "Split the build.");
            var instruction = parser.Parse(line);
            var beginsStage = instructions.Exists(earlier => earlier is FromInstruction);
            if (!beginsStage && instruction is not (FromInstruction or ArgInstruction))
                throw source.Problem(instruction.Span, $"{instruction.Keyword} stands before the first FROM", "Begin with FROM; only ARG may come before it.");
            instructions.Add(instruction);
        }
        return instructions.Exists(instruction => instruction is FromInstruction)
            ? new DockerfileDocument { Source = source, Directives = directives, Instructions = instructions }
            : throw source.Problem(new SourceSpan(1, 1, 1), "the file has no FROM", "Begin the image with FROM image, or FROM scratch.");
    }
}
