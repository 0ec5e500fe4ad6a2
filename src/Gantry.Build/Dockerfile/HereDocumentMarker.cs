using System.Buffers;

namespace Gantry.Build.Dockerfile;

/// <summary><c>&lt;&lt;NAME</c>, <c>&lt;&lt;-NAME</c>, <c>&lt;&lt;"NAME"</c>, with or without a file descriptor before it.</summary>
internal sealed record HereDocumentMarker(string Name, bool Expand, bool StripTabs)
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("\"' \t$`\\");

    /// <summary>Null where the word is no marker: <c>&lt;&lt;&lt;</c>, an empty name, or other text around it.</summary>
    public static HereDocumentMarker? TryParse(string word)
    {
        var rest = word.AsSpan().TrimStart("0123456789");
        if (!rest.StartsWith("<<"))
            return null;
        rest = rest[2..];
        var strip = rest.StartsWith("-");
        if (strip)
            rest = rest[1..];
        if (rest.IsEmpty || rest.Contains('<'))
            return null;
        var quoted = rest is ['"' or '\'', _, _, ..] && rest[^1] == rest[0];
        var name = quoted ? rest[1..^1] : rest;
        return name.ContainsAny(NotInNames) ? null : new HereDocumentMarker(name.ToString(), Expand: !quoted, strip);
    }
}
