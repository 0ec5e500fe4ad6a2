using System.CommandLine;

namespace Gantry.Cli;

/// <summary>A word of a grammar: a command, or a group of them. The command behind it is built only when it was asked for, so start-up costs one command and not all.</summary>
/// <param name="Name">The word.</param>
/// <param name="Summary">What it does, in a line of the help.</param>
internal sealed record Verb(string Name, string Summary)
{
    public Verb(string name, string summary, Func<CommandContext, Command> build)
        : this(name, summary) => Build = build;

    public Verb(string name, string summary, IReadOnlyList<Verb> verbs)
        : this(name, summary) => Verbs = verbs;

    /// <summary>Makes the command; null for a group.</summary>
    public Func<CommandContext, Command>? Build { get; }

    /// <summary>The words below a group.</summary>
    public IReadOnlyList<Verb> Verbs { get; } = [];

    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Left out of the help.</summary>
    public bool Hidden { get; init; }

    public bool Answers(string word) => Name == word || Aliases.Contains(word);
}
