namespace Gantry.Build.Dockerfile;

/// <summary>Splits an instruction's text at blanks that are neither quoted, escaped nor inside <c>${…}</c>.</summary>
internal static class WordSplitter
{
    public static List<Word> Split(LogicalLine line, int start, char escape) => [.. Each(line, start, escape)];

    /// <summary>The words one after another, for who needs the first alone.</summary>
    public static IEnumerable<Word> Each(LogicalLine line, int start, char escape)
    {
        var text = line.Text;
        var i = start;
        while (true)
        {
            while (i < text.Length && text[i] is ' ' or '\t')
                i++;
            if (i >= text.Length)
                yield break;
            var begin = i;
            i = EndOfWord(text, i, escape);
            yield return new Word(text[begin..i], line.Span(begin, i - begin));
        }
    }

    private static int EndOfWord(string text, int i, char escape)
    {
        var quote = '\0';
        var braces = 0;
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (c == escape && quote != '\'' && i + 1 < text.Length)
            {
                i++;
                continue;
            }
            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'')
                quote = c;
            else if (c == '$' && i + 1 < text.Length && text[i + 1] == '{')
                braces++;
            else if (c == '}' && braces > 0)
                braces--;
            else if (c is ' ' or '\t' && braces == 0)
                return i;
        }
        return i;
    }
}
