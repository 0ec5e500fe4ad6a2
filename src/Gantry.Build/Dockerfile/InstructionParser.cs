namespace Gantry.Build.Dockerfile;

/// <summary>Reads one instruction. Each form refuses what the reference forbids, at the token that is wrong.</summary>
internal sealed class InstructionParser(char escape)
{
    private static readonly string[] Keywords =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
        "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    public Instruction Parse(LogicalLine line) => Parse(new InstructionText(line, 0, escape));

    private Instruction Parse(InstructionText text) => text.Keyword switch
    {
        "FROM" => From(text),
        "ARG" => text.Arg(),
        "ENV" => text.Env(),
        "LABEL" => text.Label(),
        "COPY" => Copy(text, CopyFlags),
        "ADD" => Copy(text, AddFlags),
        "RUN" => Command(text, RunFlags),
        "CMD" or "ENTRYPOINT" => Command(text, []),
        "SHELL" => Shell(text),
        "WORKDIR" or "USER" or "STOPSIGNAL" or "MAINTAINER" => Value(text),
        "EXPOSE" or "VOLUME" => List(text),
        "HEALTHCHECK" => Healthcheck(text),
        "ONBUILD" => Onbuild(text),
        _ => throw text.Problem($"unknown instruction \"{Protocol.Printable.Of(text.Keyword)}\"", Suggestion(text.Keyword)),
    };

    private static string[] CopyFlags => ["from", "chown", "chmod", "link", "parents", "exclude"];

    private static string[] AddFlags => ["chown", "chmod", "link", "exclude", "checksum", "keep-git-dir", "unpack"];

    private static string[] RunFlags => ["mount", "network", "security", "device"];

    private static string[] HealthcheckFlags => ["interval", "timeout", "start-period", "start-interval", "retries"];

    private static FromInstruction From(InstructionText text)
    {
        text.TakeFlags(["platform"]);
        var words = text.Words();
        var named = words.Count == 3 && words[1].Text.Equals("AS", StringComparison.OrdinalIgnoreCase);
        if (words.Count != 1 && !named)
            throw text.Problem("FROM takes an image, and perhaps AS and a name", "Write FROM image, or FROM image AS name.");
        var name = named ? words[2].Text.ToLowerInvariant() : null;
        if (name is not null && !IsStageName(name))
            throw text.Problem(words[2], $"\"{words[2]}\" is not a name for a stage", "Begin with a letter; go on with letters, digits, '_', '-' and '.'.");
        return text.Make(new FromInstruction { Keyword = text.Keyword, Span = text.Span, Text = text.Text, Image = words[0], Name = name });
    }

    private static bool IsStageName(string name) =>
        char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '.');

    private static CopyInstruction Copy(InstructionText text, string[] flags)
    {
        text.TakeFlags(flags);
        var words = text.JsonOrWords(out _);
        if (words.Count < 2)
            throw text.Problem($"{text.Keyword} takes at least one source and a destination", $"Write {text.Keyword} source destination.");
        return text.Make(new CopyInstruction { Keyword = text.Keyword, Span = text.Span, Text = text.Text, Sources = words[..^1], Destination = words[^1] });
    }

    private static CommandInstruction Command(InstructionText text, string[] flags)
    {
        text.TakeFlags(flags);
        if (text.Rest.Length == 0 && text.Keyword == "RUN")
            throw text.Problem("RUN takes a command", "Write RUN command, or RUN [\"program\", \"argument\"].");
        return text.Make(new CommandInstruction { Keyword = text.Keyword, Span = text.Span, Text = text.Text, Command = text.Command() });
    }

    private static ShellInstruction Shell(InstructionText text)
    {
        var command = text.Command();
        return command is { IsShell: false, Arguments.Count: > 0 }
            ? text.Make(new ShellInstruction { Keyword = text.Keyword, Span = text.Span, Text = text.Text, Arguments = command.Arguments })
            : throw text.Problem("SHELL takes a JSON list of strings", "Write SHELL [\"/bin/sh\", \"-c\"], with double quotes.");
    }

    private static ValueInstruction Value(InstructionText text)
    {
        var rest = text.Rest;
        if (rest.Length == 0)
            throw text.Problem($"{text.Keyword} takes a value", $"Write {text.Keyword} value.");
        if (text.Keyword is "USER" or "STOPSIGNAL" && text.Words() is { Count: > 1 } words)
            throw text.Problem(words[1], $"{text.Keyword} takes one value", "Quote it if it holds blanks.");
        return text.Make(new ValueInstruction { Keyword = text.Keyword, Span = text.Span, Text = text.Text, Value = text.RestAsWord() });
    }

    private static ListInstruction List(InstructionText text)
    {
        var values = text.JsonOrWords(out var isJson);
        if (values.Count == 0 || (text.Keyword == "VOLUME" && values.Any(value => value.Text.Length == 0)))
            throw text.Problem($"{text.Keyword} takes at least one value", $"Write {text.Keyword} value.");
        return text.Make(new ListInstruction { Keyword = text.Keyword, Span = text.Span, Text = text.Text, Values = values, IsJson = isJson });
    }

    private static HealthcheckInstruction Healthcheck(InstructionText text)
    {
        text.TakeFlags(HealthcheckFlags);
        var kind = text.TakeWord()?.Text.ToUpperInvariant();
        var command = kind switch
        {
            "NONE" when text.Rest.Length == 0 => null,
            "CMD" when text.Rest.Length > 0 => text.Command(),
            _ => throw text.Problem("HEALTHCHECK takes CMD and a command, or NONE", "Write HEALTHCHECK CMD command, or HEALTHCHECK NONE."),
        };
        return text.Make(new HealthcheckInstruction { Keyword = text.Keyword, Span = text.Span, Text = text.Text, Command = command });
    }

    private OnbuildInstruction Onbuild(InstructionText text)
    {
        if (text.Rest.Length == 0)
            throw text.Problem("ONBUILD takes an instruction", "Write ONBUILD COPY . /app, for instance.");
        var trigger = text.Inner();
        if (trigger.Keyword is "ONBUILD" or "FROM" or "MAINTAINER")
            throw trigger.Problem($"{trigger.Keyword} cannot be a trigger", "Use another instruction after ONBUILD.");
        return text.Make(new OnbuildInstruction { Keyword = text.Keyword, Span = text.Span, Text = text.Text, Trigger = Parse(trigger) });
    }

    private static string Suggestion(string keyword)
    {
        var nearest = Keywords.MinBy(candidate => EditDistance.Between(keyword, candidate))!;
        return EditDistance.Between(keyword, nearest) <= 2 ? $"Did you mean {nearest}?" : $"Instructions are {string.Join(", ", Keywords)}.";
    }
}
