namespace Gantry.Build.Dockerfile;

/// <summary>What the comments at the very top say about the file itself.</summary>
/// <param name="Escape">Continues lines and escapes characters: a backslash, or a backtick for Windows paths.</param>
/// <param name="Syntax">The frontend that the author asks for; null for none.</param>
/// <param name="Check">Lint options; null for none.</param>
public sealed record ParserDirectives(char Escape = '\\', string? Syntax = null, string? Check = null)
{
    private static readonly string[] Known = ["syntax", "escape", "check"];

    /// <summary>Reads them. They end at the first line that is no directive: a comment, a blank line, an instruction.</summary>
    /// <exception cref="DockerfileException">One is repeated, or the escape is no escape.</exception>
    internal static ParserDirectives Read(SourceText source)
    {
        var directives = new ParserDirectives();
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (var i = 0; i < source.Lines.Count; i++)
        {
            var line = source.Lines[i];
            if (i == 0 && line.StartsWith("#!", StringComparison.Ordinal))
                continue;
            if (Split(line) is not var (name, value) || !Known.Contains(name))
                break;
            var span = new SourceSpan(i + 1, line.IndexOf(name, StringComparison.OrdinalIgnoreCase) + 1, name.Length);
            if (!seen.Add(name))
                throw source.Problem(span, $"the directive \"{name}\" is given twice", "Keep one of the two.");
            directives = name switch
            {
                "escape" => value is "\\" or "`"
                    ? directives with { Escape = value[0] }
                    : throw source.Problem(span, "the escape directive takes a backslash or a backtick", "Write \"# escape=`\" or \"# escape=\\\"."),
                "syntax" => directives with { Syntax = value },
                _ => directives with { Check = value },
            };
        }
        return directives;
    }

    private static (string Name, string Value)? Split(string line)
    {
        var text = line.Trim();
        if (!text.StartsWith('#'))
            return null;
        text = text[1..].TrimStart();
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals <= 0 ? null : (text[..equals].TrimEnd().ToLowerInvariant(), text[(equals + 1)..].Trim());
    }
}
