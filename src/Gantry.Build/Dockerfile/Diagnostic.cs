using System.Text;
using Gantry.Protocol;

namespace Gantry.Build.Dockerfile;

/// <summary>Something wrong in a Dockerfile: where, what, and what to do.</summary>
/// <param name="FileName">The file.</param>
/// <param name="Span">The token that is wrong.</param>
/// <param name="SourceLine">The line it stands on.</param>
/// <param name="Message">What is wrong, in a clause.</param>
/// <param name="Remedy">What to do about it, in a sentence.</param>
public sealed record Diagnostic(string FileName, SourceSpan Span, string SourceLine, string Message, string Remedy)
{
    /// <summary>The message, the line with its token underlined, and the remedy: four lines.</summary>
    public override string ToString()
    {
        var number = Span.Line.ToString();
        var line = Printable.Of(SourceLine);
        var text = new StringBuilder();
        text.Append(FileName).Append(':').Append(Span.Line).Append(':').Append(Span.Column).Append(": ").Append(Message).Append('\n');
        text.Append("  ").Append(number).Append(" | ").Append(line).Append('\n');
        text.Append("  ").Append(' ', number.Length).Append(" | ");
        // What Printable escaped before the token has moved the token to the right.
        var before = Math.Min(Span.Column - 1, SourceLine.Length);
        text.Append(' ', Printable.Of(SourceLine.AsSpan(0, before)).Length).Append('^').Append('~', Math.Max(0, Span.Length - 1)).Append('\n');
        return text.Append("  ").Append(Remedy).ToString();
    }
}
