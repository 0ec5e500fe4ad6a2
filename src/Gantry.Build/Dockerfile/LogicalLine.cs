using System.Text;

namespace Gantry.Build.Dockerfile;

/// <summary>An instruction's text with its continued lines joined, and the way back to where each character stood.</summary>
internal sealed class LogicalLine(SourceText source, int line)
{
    private readonly List<(int Offset, int Line, int Column)> _pieces = [];
    private readonly StringBuilder _joined = new();
    private string? _text;

    public SourceText Source { get; } = source;

    /// <summary>First physical line, from one.</summary>
    public int Line { get; } = line;

    public string Text => _text ??= _joined.ToString();

    /// <summary>Here-documents that follow the line, in the order of their markers.</summary>
    public List<HereDocument> HereDocuments { get; } = [];

    /// <summary>Joins a physical line's text.</summary>
    /// <param name="text">What of it counts.</param>
    /// <param name="line">Its number.</param>
    /// <param name="column">Column of its first character.</param>
    public void Append(string text, int line, int column)
    {
        _pieces.Add((_joined.Length, line, column));
        _joined.Append(text);
        _text = null;
    }

    public SourceSpan Span(int offset, int length)
    {
        // The last piece that begins at or before the offset; pieces are in order, and a line may have very many.
        var (low, high) = (0, _pieces.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _pieces[middle].Offset <= offset ? (middle, high) : (low, middle - 1);
        }
        var piece = _pieces[low];
        return new SourceSpan(piece.Line, piece.Column + offset - piece.Offset, Math.Max(1, length));
    }

    public DockerfileException Problem(int offset, int length, string message, string remedy) => Source.Problem(Span(offset, length), message, remedy);

    public DockerfileException Problem(Word word, string message, string remedy) => Source.Problem(word.Span, message, remedy);
}
