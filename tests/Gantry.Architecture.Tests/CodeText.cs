namespace Gantry.Architecture.Tests;

/// <summary>Blanks comments, text and character literals, so that what remains can be searched and its braces counted.</summary>
/// <remarks>Code inside the holes of interpolated text is kept: it is code.</remarks>
internal ref struct CodeText
{
    private readonly string _text;
    private readonly char[] _code;
    private int _at;

    private CodeText(string text)
    {
        _text = text;
        _code = text.ToCharArray();
    }

    public static string Blank(string text)
    {
        var reader = new CodeText(text);
        while (reader._at < text.Length)
            reader.Step();
        return new string(reader._code);
    }

    private readonly char Peek(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private void Step()
    {
        var (c, next) = (Peek(), Peek(1));
        if (c == '/' && next == '/')
            BlankUntil("\n", keepEnd: true);
        else if (c == '/' && next == '*')
            BlankUntil("*/", keepEnd: false);
        else if (c == '\'')
            Character();
        else if (c is '"' or '$' or '@' && TextStart() is { } start)
            Text(start);
        else
            _at++;
    }

    /// <summary>How text begins here: dollars, whether it is verbatim, and how many quotes; null where it does not begin.</summary>
    private readonly (int Dollars, bool Verbatim, int Quotes)? TextStart()
    {
        var (i, dollars, verbatim, quotes) = (0, 0, false, 0);
        for (; Peek(i) is '$' or '@'; i++)
        {
            dollars += Peek(i) == '$' ? 1 : 0;
            verbatim |= Peek(i) == '@';
        }
        for (; Peek(i) == '"'; i++)
            quotes++;
        return quotes switch
        {
            0 => null,
            1 => (dollars, verbatim, 1),
            2 => (dollars, verbatim, 2),
            _ => verbatim ? (dollars, true, 1) : (dollars, false, quotes),
        };
    }

    private void Text((int Dollars, bool Verbatim, int Quotes) start)
    {
        Erase(start.Dollars + (start.Verbatim ? 1 : 0) + start.Quotes);
        if (start.Quotes == 2)
            return;
        var raw = start.Quotes > 2;
        while (_at < _text.Length)
        {
            var c = Peek();
            if (c == '"' && Run('"') >= start.Quotes && !(start.Verbatim && Peek(1) == '"'))
            {
                Erase(start.Quotes);
                return;
            }
            if (c == '"' || (c == '\\' && !raw && !start.Verbatim))
                Erase(raw ? 1 : 2);
            else if (c == '{' && start.Dollars > 0 && Run('{') is var braces && (raw ? braces >= start.Dollars : braces % 2 == 1))
                Hole(braces);
            else
                Erase(c == '{' && start.Dollars > 0 ? Run('{') : 1);
        }
    }

    private void Hole(int braces)
    {
        Erase(braces);
        for (var depth = 1; _at < _text.Length;)
        {
            if (Peek() is '{' or '(' or '[')
                depth++;
            else if (Peek() is '}' or ')' or ']' && --depth == 0)
                break;
            Step();
        }
        Erase(Run('}'));
    }

    private void Character()
    {
        Erase(1);
        if (Peek() == '\\')
            Erase(1);
        Erase(1);
        BlankUntil("'", keepEnd: false);
    }

    private readonly int Run(char c)
    {
        var length = 0;
        while (Peek(length) == c)
            length++;
        return length;
    }

    private void BlankUntil(string end, bool keepEnd)
    {
        var stop = _text.IndexOf(end, _at, StringComparison.Ordinal);
        stop = stop < 0 ? _text.Length : keepEnd ? stop : stop + end.Length;
        Erase(stop - _at);
    }

    private void Erase(int count)
    {
        for (; count > 0 && _at < _text.Length; count--, _at++)
        {
            if (_code[_at] != '\n')
                _code[_at] = ' ';
        }
    }
}
