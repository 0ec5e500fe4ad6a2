using System.Text;

namespace Gantry.Build.Dockerfile;

/// <summary>Replaces variables in a word and takes its quotes away, as a shell would (Dockerfile reference, "Environment replacement").</summary>
/// <remarks>
/// <code>
///   $name  ${name}                  the value, or nothing
///   ${name:-w}  ${name-w}           w where unset (with the colon: or empty)
///   ${name:+w}  ${name+w}           w where set
///   ${name:?w}  ${name?w}           an error that says w where unset
///   ${name#p} ## % %%               the value without its shortest or longest prefix or suffix that matches p
///   ${name/p/w}  ${name//p/w}       the first, or every, match of p replaced
/// </code>
/// Inside single quotes nothing is replaced; inside double quotes the escape frees only <c>" $</c> and itself.
/// </remarks>
/// <param name="lookup">A variable's value; null where it is not set.</param>
/// <param name="escape">The file's escape character.</param>
/// <param name="budget">What patterns may cost.</param>
public sealed class WordExpander(Func<string, string?> lookup, char escape, ExpansionBudget budget)
{
    /// <summary>How deep words may nest inside <c>${…}</c>.</summary>
    private const int MaxDepth = 32;

    /// <summary>Longest result. Values that refer to values double quickly.</summary>
    private const int MaxLength = 1024 * 1024;

    /// <exception cref="FormatException">A brace is missing, an operator is unknown, or <c>:?</c> demands a value; the message is a clause without a place.</exception>
    public string Expand(string text) => new Cursor(this, text, keepQuotes: false).Run(depth: 0);

    /// <summary>Replaces variables in running text, a here-document: quotes stay, and the escape frees only <c>$</c> and itself.</summary>
    /// <inheritdoc cref="Expand"/>
    public string ExpandText(string text) => new Cursor(this, text, keepQuotes: true).Run(depth: 0);

    private sealed class Cursor(WordExpander owner, string text, bool keepQuotes)
    {
        private StringBuilder _output = new();
        private int _at;

        private char Escape => owner.Escape;

        public string Run(int depth)
        {
            while (_at < text.Length)
                Step(depth, stop: '\0');
            return Result();
        }

        /// <summary>A word that ends before an unquoted <paramref name="stop"/>; the cursor stays on it.</summary>
        private string Word(int depth, char stop, char otherStop = '\0')
        {
            var outer = _output;
            _output = new StringBuilder();
            while (_at < text.Length && text[_at] != stop && (otherStop == '\0' || text[_at] != otherStop))
                Step(depth, stop);
            var word = Result();
            _output = outer;
            return word;
        }

        private string Result() =>
            _output.Length <= MaxLength ? _output.ToString() : throw new FormatException($"the value grows beyond {MaxLength} characters");

        private void Step(int depth, char stop)
        {
            var c = text[_at];
            if (keepQuotes && (c is '\'' or '"' || (c == Escape && !FreesNext())))
            {
                _output.Append(c);
                _at++;
            }
            else if (c == '\'')
                SingleQuoted();
            else if (c == '"')
                DoubleQuoted(depth);
            else if (c == Escape && _at + 1 < text.Length)
            {
                _output.Append(text[_at + 1]);
                _at += 2;
            }
            else if (c == '$')
                Variable(depth);
            else
            {
                _output.Append(c);
                _at++;
            }
            if (_output.Length > MaxLength)
                throw new FormatException($"the value grows beyond {MaxLength} characters");
        }

        private bool FreesNext() => _at + 1 < text.Length && (text[_at + 1] == '$' || text[_at + 1] == Escape);

        private void SingleQuoted()
        {
            var end = text.IndexOf('\'', _at + 1);
            if (end < 0)
                throw new FormatException("a single quote is not closed");
            _output.Append(text, _at + 1, end - _at - 1);
            _at = end + 1;
        }

        private void DoubleQuoted(int depth)
        {
            _at++;
            while (true)
            {
                if (_at >= text.Length)
                    throw new FormatException("a double quote is not closed");
                var c = text[_at];
                if (c == '"')
                {
                    _at++;
                    return;
                }
                if (c == '$')
                    Variable(depth);
                else if (c == Escape && (FreesNext() || (_at + 1 < text.Length && text[_at + 1] == '"')))
                {
                    _output.Append(text[_at + 1]);
                    _at += 2;
                }
                else
                {
                    _output.Append(c);
                    _at++;
                }
            }
        }

        private void Variable(int depth)
        {
            if (depth >= MaxDepth)
                throw new FormatException($"variables nest deeper than {MaxDepth} levels");
            _at++;
            if (_at < text.Length && text[_at] == '{')
            {
                _at++;
                Braced(depth);
                return;
            }
            var name = Name();
            if (name.Length == 0)
                _output.Append('$');
            else
                _output.Append(owner.Lookup(name));
        }

        private void Braced(int depth)
        {
            var name = Name();
            if (name.Length == 0)
                throw new FormatException("the name inside ${} is missing");
            var value = owner.Lookup(name);
            if (Peek() is '}' or '\0')
                _output.Append(value);
            else
                _output.Append(Modified(name, value, depth));
            if (Peek() != '}')
                throw new FormatException($"the brace of ${{{name} is not closed");
            _at++;
        }

        private string? Modified(string name, string? value, int depth)
        {
            var operation = Peek();
            _at++;
            var colon = operation == ':';
            if (colon)
            {
                operation = Peek();
                _at++;
            }
            var isSet = colon ? !string.IsNullOrEmpty(value) : value is not null;
            switch (operation)
            {
                case '-':
                    var otherwise = Word(depth + 1, '}');
                    return isSet ? value : otherwise;
                case '+':
                    var instead = Word(depth + 1, '}');
                    return isSet ? instead : "";
                case '?':
                    var complaint = Word(depth + 1, '}');
                    return isSet ? value : throw new FormatException($"{name}: {(complaint.Length > 0 ? complaint : "is not set")}");
                case '#' or '%' when !colon:
                    var longest = Peek() == operation;
                    if (longest)
                        _at++;
                    return ShellPattern.Trim(value ?? "", Word(depth + 1, '}'), fromStart: operation == '#', longest, owner.Budget);
                case '/' when !colon:
                    var every = Peek() == '/';
                    if (every)
                        _at++;
                    var pattern = Word(depth + 1, '}', '/');
                    var replacement = "";
                    if (Peek() == '/')
                    {
                        _at++;
                        replacement = Word(depth + 1, '}');
                    }
                    return ShellPattern.Replace(value ?? "", pattern, replacement, every, owner.Budget);
                default:
                    throw new FormatException($"${{{name}{(colon ? ":" : "")}{operation} is not a form of expansion");
            }
        }

        /// <summary>A name, or one of the shell's own single characters, which are never set here.</summary>
        private string Name()
        {
            var begin = _at;
            if (_at < text.Length && text[_at] is '@' or '*' or '#' or '?' or '-' or '$' or '!' or '0')
                return text.Substring(_at++, 1);
            if (_at < text.Length && char.IsAsciiDigit(text[_at]))
                return text.Substring(_at++, 1);
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
                _at++;
            return text[begin.._at];
        }

        private char Peek() => _at < text.Length ? text[_at] : '\0';
    }

    private char Escape => escape;

    private ExpansionBudget Budget => budget;

    private string? Lookup(string name) => lookup(name);
}
