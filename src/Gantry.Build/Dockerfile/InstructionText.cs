using System.Text.Json;

namespace Gantry.Build.Dockerfile;

/// <summary>An instruction's text while it is read: what was taken, and what is left.</summary>
internal sealed class InstructionText
{
    private readonly LogicalLine _line;
    private readonly char _escape;
    private readonly int _keywordAt;
    private readonly List<Flag> _flags = [];
    private int _at;

    public InstructionText(LogicalLine line, int start, char escape)
    {
        _line = line;
        _escape = escape;
        _keywordAt = start;
        var text = line.Text;
        _at = start;
        while (_at < text.Length && text[_at] is not (' ' or '\t'))
            _at++;
        Keyword = text[start.._at].ToUpperInvariant();
        Span = line.Span(start, _at - start);
        SkipBlanks();
    }

    public string Keyword { get; }

    public SourceSpan Span { get; }

    public string Text => _line.Text[_keywordAt..].TrimEnd();

    /// <summary>What is left, without blanks at its end.</summary>
    public string Rest => _line.Text[_at..].TrimEnd(' ', '\t');

    public DockerfileException Problem(string message, string remedy) => _line.Source.Problem(Span, message, remedy);

    public DockerfileException Problem(Word word, string message, string remedy) => _line.Problem(word, message, remedy);

    /// <summary>The instruction with the flags and here-documents that were found.</summary>
    public T Make<T>(T instruction)
        where T : Instruction => instruction with { Flags = _flags, HereDocuments = _line.HereDocuments };

    public InstructionText Inner() => new(_line, _at, _escape);

    public List<Word> Words() => WordSplitter.Split(_line, _at, _escape);

    public Word RestAsWord() => new(Rest, _line.Span(_at, Rest.Length));

    public Word? TakeWord()
    {
        if (FirstWord() is not { } word)
            return null;
        _at += word.Text.Length;
        SkipBlanks();
        return word;
    }

    /// <summary>Takes the flags at the front. A bare <c>--</c> ends them.</summary>
    public void TakeFlags(string[] known)
    {
        while (FirstWord() is { } word && word.Text.StartsWith("--", StringComparison.Ordinal))
        {
            _at += word.Text.Length;
            SkipBlanks();
            if (word.Text == "--")
                return;
            var equals = word.Text.IndexOf('=', StringComparison.Ordinal);
            var name = word.Text[2..(equals < 0 ? word.Text.Length : equals)];
            if (!known.Contains(name))
                throw Problem(word, $"{Keyword} has no flag --{Protocol.Printable.Of(name)}", known.Length == 0 ? $"{Keyword} takes no flags." : $"Its flags are {string.Join(", ", known.Select(flag => "--" + flag))}.");
            _flags.Add(new Flag(name, equals < 0 ? null : word.Text[(equals + 1)..], word.Span));
        }
    }

    /// <summary>The exec form where the rest is a JSON list of strings, else the shell form: a broken list is a shell's text, as Docker has it.</summary>
    public CommandLine Command() =>
        Rest.Length == 0 ? new CommandLine([], IsShell: false)
        : JsonStrings() is { } arguments ? new CommandLine(arguments, IsShell: false)
        : new CommandLine([Rest], IsShell: true);

    public List<Word> JsonOrWords(out bool isJson)
    {
        var strings = JsonStrings();
        isJson = strings is not null;
        return strings is null ? Words() : [.. strings.Select(text => new Word(text, _line.Span(_at, Rest.Length)))];
    }

    public ArgInstruction Arg()
    {
        var words = Words();
        if (words.Count == 0)
            throw Problem("ARG takes a name", "Write ARG name, or ARG name=default.");
        return Make(new ArgInstruction { Keyword = Keyword, Span = Span, Text = Text, Arguments = [.. words.Select(word => Assignment(word, valueOptional: true))] });
    }

    public EnvInstruction Env() => Make(new EnvInstruction { Keyword = Keyword, Span = Span, Text = Text, Variables = Assignments() });

    public LabelInstruction Label() => Make(new LabelInstruction { Keyword = Keyword, Span = Span, Text = Text, Labels = Assignments() });

    /// <summary>Both forms: <c>k=v …</c>, and the old <c>k v</c> whose value is all that follows.</summary>
    private List<Assignment> Assignments()
    {
        var words = Words();
        if (words.Count == 0)
            throw Problem($"{Keyword} takes a name and a value", $"Write {Keyword} name=value.");
        if (words[0].Text.Contains('=', StringComparison.Ordinal))
            return [.. words.Select(word => Assignment(word, valueOptional: false))];
        if (words.Count == 1)
            throw Problem(words[0], $"{Keyword} {Protocol.Printable.Of(words[0].Text)} has no value", $"Write {Keyword} {Protocol.Printable.Of(words[0].Text)}=value.");
        var value = Rest[words[0].Text.Length..].TrimStart(' ', '\t');
        return [new Assignment(words[0].Text, value, words[0].Span)];
    }

    private Assignment Assignment(Word word, bool valueOptional)
    {
        var equals = word.Text.IndexOf('=', StringComparison.Ordinal);
        if (equals == 0 || (equals < 0 && !valueOptional))
            throw Problem(word, $"\"{Protocol.Printable.Of(word.Text)}\" is not name=value", "Quote values that hold blanks.");
        return equals < 0 ? new Assignment(word.Text, null, word.Span) : new Assignment(word.Text[..equals], word.Text[(equals + 1)..], word.Span);
    }

    private List<string>? JsonStrings()
    {
        if (!Rest.StartsWith('['))
            return null;
        try
        {
            using var document = JsonDocument.Parse(Rest);
            var strings = new List<string>();
            foreach (var item in document.RootElement.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.String)
                    throw Problem(RestAsWord(), $"{item.GetRawText()} is not a string, and a JSON list here holds strings alone", "Put it between double quotes.");
                strings.Add(item.GetString()!);
            }
            return strings;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private Word? FirstWord() => WordSplitter.Each(_line, _at, _escape).FirstOrDefault();

    private void SkipBlanks()
    {
        while (_at < _line.Text.Length && _line.Text[_at] is ' ' or '\t')
            _at++;
    }
}
