using System.Buffers;
using Gantry.Protocol;

namespace Gantry.Server.Access.Conditions;

/// <summary>Reads a condition from left to right (grammar: <see cref="AccessCondition"/>). Words are taken in any case.</summary>
internal ref struct ConditionParser(string text)
{
    private const string NameAttribute = "Microsoft.ContainerRegistry/registries/repositories:name";

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static readonly SearchValues<char> ActionCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./*_-");

    private readonly ReadOnlySpan<char> _text = text;
    private int _at;
    private string? _problem;

    /// <returns>Null with the problem, in one sentence, where the text is not a condition.</returns>
    public ConditionNode? Read(out string? problem)
    {
        var root = ReadExpression(0);
        _ = Peek();
        if (root is not null && _at < _text.Length)
            root = Fail("AND, OR or the end");
        problem = _problem;
        return root;
    }

    private ConditionNode? ReadExpression(int depth)
    {
        if (ReadOperand(depth) is not { } first)
            return null;
        var joiner = TakeJoiner();
        if (joiner is null)
            return first;
        var every = joiner == "AND";
        List<ConditionNode> parts = [first];
        while (joiner is not null)
        {
            // Azure demands the parentheses too; guessing a precedence would grant what the writer did not mean.
            if (joiner != (every ? "AND" : "OR"))
                return Fail("parentheses around what belongs together, as AND and OR are mixed");
            if (ReadOperand(depth) is not { } part)
                return null;
            parts.Add(part);
            joiner = TakeJoiner();
        }
        return new Junction(every, [.. parts]);
    }

    private ConditionNode? ReadOperand(int depth)
    {
        if (depth == AccessCondition.MaxDepth)
            return Fail($"at most {AccessCondition.MaxDepth} levels of parentheses and negations");
        if (Take("!") || TakeWord("NOT"))
            return ReadOperand(depth + 1) is { } denied ? new Negation(denied) : null;
        if (!Take("("))
            return ReadTest();
        if (ReadExpression(depth + 1) is not { } inner)
            return null;
        return Take(")") ? inner : Fail("AND, OR or )");
    }

    private ConditionNode? ReadTest()
    {
        _ = Peek();
        var start = _at;
        if (TakeWord("ActionMatches"))
            return Peek() != '{' ? Fail("{") : ReadValues(action: true) is { } patterns ? new ActionTest(Since(start), patterns) : null;
        if (TakeWord("Exists"))
            return TakeAttribute() ? new PresenceTest(Since(start)) : null;
        if (Peek() != '@')
            return Fail("ActionMatches, Exists, @Request[…], ! or (");
        if (!TakeAttribute())
            return null;
        _ = Peek();
        var end = _text[_at..].IndexOfAnyExcept(Letters);
        var length = end < 0 ? _text.Length - _at : end;
        if (_at + length < _text.Length && _text[_at + length] == ':')
        {
            var rest = _text[(_at + length + 1)..].IndexOfAnyExcept(Letters);
            length = rest < 0 ? _text.Length - _at : length + 1 + rest;
        }
        if (!NameComparison.TryParse(_text.Slice(_at, length), out var comparison))
            return Fail("a comparison of strings: StringEquals, StringStartsWith or StringLike, with Not and IgnoreCase, and ForAnyOfAnyValues: and its like before it");
        _at += length;
        var values = _at;
        if (ReadValues(action: false) is not { } given)
            return null;
        if (given.Length == 1 || comparison.TakesList)
            return new NameTest(Since(start), comparison, given);
        _at = values;
        return Fail("one value; several need ForAnyOfAnyValues: before the comparison");
    }

    private bool TakeAttribute()
    {
        if (!Take("@Request"))
        {
            Fail("@Request[…]");
            return false;
        }
        if (Take("[") && Take(NameAttribute) && Take("]"))
            return true;
        Fail($"[{NameAttribute}]");
        return false;
    }

    private string[]? ReadValues(bool action)
    {
        if (!Take("{"))
            return ReadValue(action) is { } one ? [one] : null;
        var values = new List<string>();
        do
        {
            if (ReadValue(action) is not { } value)
                return null;
            values.Add(value);
        }
        while (Take(","));
        if (Take("}"))
            return [.. values];
        Fail("a comma or }");
        return null;
    }

    private string? ReadValue(bool action)
    {
        if (!Take("'"))
        {
            Fail("a value between single quotes");
            return null;
        }
        var length = _text[_at..].IndexOf('\'');
        if (length < 0)
        {
            Fail("a value that ends with a single quote");
            return null;
        }
        var value = _text.Slice(_at, length);
        if (value.IsEmpty)
            Fail("a value that is not empty");
        else if (action && value.IndexOfAnyExcept(ActionCharacters) >= 0)
            Fail("an action of letters, digits, '.', '/', '-', '_' and '*'");
        else if (value.IndexOfAnyExceptInRange(' ', '~') >= 0)
            Fail("a value of ASCII letters, digits and signs, as repositories' names are");
        if (_problem is not null)
            return null;
        _at += length + 1;
        return value.ToString();
    }

    private string? TakeJoiner() =>
        Take("&&") || TakeWord("AND") ? "AND" : Take("||") || TakeWord("OR") ? "OR" : null;

    /// <summary>The next character that is not space; NUL, which no condition has, at the end.</summary>
    private char Peek()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n')
            _at++;
        return _at < _text.Length ? _text[_at] : '\0';
    }

    private bool Take(string sign)
    {
        _ = Peek();
        if (!_text[_at..].StartsWith(sign, StringComparison.OrdinalIgnoreCase))
            return false;
        _at += sign.Length;
        return true;
    }

    /// <summary>Takes a word that ends there: ORDER is not OR.</summary>
    private bool TakeWord(string word)
    {
        _ = Peek();
        var rest = _text[_at..];
        if (!rest.StartsWith(word, StringComparison.OrdinalIgnoreCase) || (rest.Length > word.Length && char.IsAsciiLetterOrDigit(rest[word.Length])))
            return false;
        _at += word.Length;
        return true;
    }

    private readonly string Since(int start) => _text[start.._at].ToString();

    private ConditionNode? Fail(string expected)
    {
        var found = Peek() == '\0' && _at == _text.Length ? "the end" : $"\"{Printable.Of(_text.Slice(_at, Math.Min(24, _text.Length - _at)))}\"";
        _problem ??= $"invalid condition at character {_at + 1}: expected {expected}, found {found}";
        return null;
    }
}
