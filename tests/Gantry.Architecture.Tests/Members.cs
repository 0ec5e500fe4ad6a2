using System.Text.RegularExpressions;

namespace Gantry.Architecture.Tests;

/// <summary>Finds the members of types by counting brackets: rough, and enough to measure them.</summary>
internal static partial class Members
{
    /// <summary>Where each method, constructor, property or operator with a body begins and ends, both as offsets.</summary>
    public static IEnumerable<(string Name, int Start, int End)> Of(string code)
    {
        foreach (Match type in TypePattern().Matches(code))
        {
            if (Body(code, type.Index + type.Length) is not { } body)
                continue;
            for (var at = body.Start; at < body.End;)
            {
                while (at < body.End && (char.IsWhiteSpace(code[at]) || code[at] == ';'))
                    at++;
                if (at >= body.End)
                    break;
                var (end, header) = Member(code, at, body.End);
                var isType = TypePattern().IsMatch(header);
                if (!isType && header.Contains('(', StringComparison.Ordinal))
                    yield return (NamePattern().Match(header).Groups[1].Value, at, end);
                at = end;
            }
        }
    }

    /// <summary>The braces that follow a type's name and parameters; null where the declaration ends without any.</summary>
    private static (int Start, int End)? Body(string code, int at)
    {
        var depth = 0;
        for (; at < code.Length; at++)
        {
            if (code[at] is '(' or '[')
                depth++;
            else if (code[at] is ')' or ']')
                depth--;
            else if (code[at] == ';' && depth == 0)
                return null;
            else if (code[at] == '{' && depth == 0)
                return (at + 1, Closing(code, at));
        }
        return null;
    }

    private static (int End, string Header) Member(string code, int start, int limit)
    {
        var headerEnd = -1;
        for (var at = start; at < limit; at++)
        {
            switch (code[at])
            {
                case '(' or '[':
                    at = Closing(code, at);
                    break;
                case '=' when headerEnd < 0:
                    headerEnd = at;
                    break;
                case ';':
                    return (at + 1, code[start..(headerEnd < 0 ? at : headerEnd)]);
                case '{':
                    var header = code[start..(headerEnd < 0 ? at : headerEnd)];
                    at = Closing(code, at);
                    // A block ends a member, unless the member is an expression or goes on with an initial value.
                    if (headerEnd < 0 && !NextIs(code, at + 1, '='))
                        return (at + 1, header);
                    headerEnd = headerEnd < 0 ? start + header.Length : headerEnd;
                    break;
            }
        }
        return (limit, code[start..(headerEnd < 0 ? limit : headerEnd)]);
    }

    private static bool NextIs(string code, int at, char wanted)
    {
        while (at < code.Length && char.IsWhiteSpace(code[at]))
            at++;
        return at < code.Length && code[at] == wanted;
    }

    private static int Closing(string code, int open)
    {
        var depth = 0;
        for (var at = open; at < code.Length; at++)
        {
            if (code[at] is '{' or '(' or '[')
                depth++;
            else if (code[at] is '}' or ')' or ']' && --depth == 0)
                return at;
        }
        return code.Length - 1;
    }

    [GeneratedRegex(@"\b(?:class|struct|interface|record(?! (?:class|struct)))\s+(\w+)|\bextension\s*(?=[(<])")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"(\w+)\s*(?:<[^()]*>)?\s*\(")]
    private static partial Regex NamePattern();
}
