namespace Gantry.Build.Dockerfile;

/// <summary>Cuts a Dockerfile into instructions: comments dropped, continued lines joined, here-documents taken in.</summary>
internal sealed class DockerfileLexer(SourceText source, char escape)
{
    private int _next;

    public IEnumerable<LogicalLine> Lines()
    {
        while (_next < source.Lines.Count)
        {
            var text = source.Lines[_next];
            if (IsBlankOrComment(text))
            {
                _next++;
                continue;
            }
            var line = ReadLogicalLine();
            if (TakesHereDocuments(line.Text))
                ReadHereDocuments(line);
            yield return line;
        }
    }

    private static bool IsBlankOrComment(string text)
    {
        var trimmed = text.AsSpan().TrimStart();
        return trimmed.IsEmpty || trimmed[0] == '#';
    }

    private LogicalLine ReadLogicalLine()
    {
        var line = new LogicalLine(source, _next + 1);
        var first = true;
        while (_next < source.Lines.Count)
        {
            var text = source.Lines[_next++];
            // Inside a continued instruction comments and blank lines vanish, as they always did.
            if (!first && IsBlankOrComment(text))
                continue;
            var start = first ? text.Length - text.TrimStart().Length : 0;
            first = false;
            var end = ContinuationAt(text);
            line.Append(text[start..(end < 0 ? text.Length : end)], _next, start + 1);
            if (end < 0)
                break;
        }
        return line;
    }

    /// <summary>Where the escape stands that continues the line: last but for blanks, and not itself escaped. Negative where there is none.</summary>
    private int ContinuationAt(string text)
    {
        var end = text.AsSpan().TrimEnd(" \t").Length - 1;
        return end >= 0 && text[end] == escape && (end == 0 || text[end - 1] != escape) ? end : -1;
    }

    private static bool TakesHereDocuments(string text) =>
        text.Contains("<<", StringComparison.Ordinal)
        // A trigger's trigger is refused later, so there is one level to look through.
        && (Keyword(text) is "ONBUILD" ? Keyword(text["ONBUILD".Length..].TrimStart()) : Keyword(text)) is "RUN" or "COPY" or "ADD";

    private static string Keyword(string text)
    {
        var end = text.AsSpan().IndexOfAny(" \t");
        return (end < 0 ? text : text[..end]).ToUpperInvariant();
    }

    private void ReadHereDocuments(LogicalLine line)
    {
        // A JSON form is words between quotes: nothing in it is a marker.
        var words = WordSplitter.Split(line, 0, escape);
        if (words.Count > 1 && words[1].Text.StartsWith('['))
            return;
        foreach (var word in words)
        {
            if (HereDocumentMarker.TryParse(word.Text) is { } marker)
                line.HereDocuments.Add(ReadHereDocument(line, word, marker));
        }
    }

    private HereDocument ReadHereDocument(LogicalLine line, Word word, HereDocumentMarker marker)
    {
        var content = new System.Text.StringBuilder();
        while (_next < source.Lines.Count)
        {
            var text = source.Lines[_next++];
            if (marker.StripTabs)
                text = text.TrimStart('\t');
            if (text == marker.Name)
                return new HereDocument(marker.Name, marker.Expand, marker.StripTabs, content.ToString(), word.Span);
            content.Append(text).Append('\n');
        }
        throw line.Problem(word, $"the here-document \"{marker.Name}\" is not ended", $"End it with a line that is exactly {marker.Name}.");
    }
}
