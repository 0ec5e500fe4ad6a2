namespace Gantry.Build.Dockerfile;

/// <summary>A Dockerfile as it was read: its lines, without byte order mark and line ends.</summary>
public sealed class SourceText
{
    /// <summary>Longest Dockerfile that is read, in characters.</summary>
    public const int MaxLength = 1024 * 1024;

    private SourceText(string fileName, string[] lines)
    {
        FileName = fileName;
        Lines = lines;
    }

    /// <summary>The name that errors show.</summary>
    public string FileName { get; }

    public IReadOnlyList<string> Lines { get; }

    /// <exception cref="DockerfileException">The text is too long, or holds a NUL as no text does.</exception>
    public static SourceText Of(string fileName, string text)
    {
        if (text.StartsWith('\uFEFF'))
            text = text[1..];
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].EndsWith('\r'))
                lines[i] = lines[i][..^1];
        }
        var source = new SourceText(fileName, lines);
        if (text.Length > MaxLength)
            throw source.Problem(new SourceSpan(1, 1, 0), $"the file has {text.Length} characters, the limit is {MaxLength}", "Check that the path names a Dockerfile.");
        if (Array.FindIndex(lines, line => line.Contains('\0')) is >= 0 and var binary)
            throw source.Problem(new SourceSpan(binary + 1, lines[binary].IndexOf('\0', StringComparison.Ordinal) + 1, 1), "the file holds a NUL character", "Check that the path names a Dockerfile, saved as UTF-8.");
        return source;
    }

    /// <summary>An error at a place of this text.</summary>
    public DockerfileException Problem(SourceSpan span, string message, string remedy) =>
        new(new Diagnostic(FileName, span, Line(span.Line), message, remedy));

    private string Line(int number) => number <= Lines.Count ? Lines[number - 1] : "";
}
