namespace Gantry.Build.Dockerfile;

/// <summary>An instruction's text with its continued lines joined, and the way back to where each character stood.</summary>
internal sealed class LogicalLine(SourceText source, int line)
{
    private readonly List<(int Offset, int Line, int Column)> _pieces = [];

    public SourceText Source { get; } = source;

    /// <summary>First physical line, from one.</summary>
    public int Line { get; } = line;

    public string Text { get; private set; } = "";

    /// <summary>Here-documents that follow the line, in the order of their markers.</summary>
    public List<HereDocument> HereDocuments { get; } = [];

    /// <summary>Joins a physical line's text.</summary>
    /// <param name="text">What of it counts.</param>
    /// <param name="line">Its number.</param>
    /// <param name="column">Column of its first character.</param>
    public void Append(string text, int line, int column)
    {
        _pieces.Add((Text.Length, line, column));
        Text += text;
    }

    public SourceSpan Span(int offset, int length)
    {
        var piece = _pieces[0];
        foreach (var candidate in _pieces)
        {
            if (candidate.Offset <= offset)
                piece = candidate;
        }
        return new SourceSpan(piece.Line, piece.Column + offset - piece.Offset, Math.Max(1, length));
    }

    public DockerfileException Problem(int offset, int length, string message, string remedy) => Source.Problem(Span(offset, length), message, remedy);

    public DockerfileException Problem(Word word, string message, string remedy) => Source.Problem(word.Span, message, remedy);
}
