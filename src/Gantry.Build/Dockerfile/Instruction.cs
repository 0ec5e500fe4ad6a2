namespace Gantry.Build.Dockerfile;

/// <summary>One instruction of a Dockerfile. Values are as written; expansion happens where variables are known.</summary>
public abstract record Instruction
{
    /// <summary>The keyword in capitals.</summary>
    public required string Keyword { get; init; }

    /// <summary>Where the keyword stands.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>The instruction as written, continued lines joined: what logs and history show.</summary>
    public required string Text { get; init; }

    public IReadOnlyList<Flag> Flags { get; init; } = [];

    public IReadOnlyList<HereDocument> HereDocuments { get; init; } = [];
}
