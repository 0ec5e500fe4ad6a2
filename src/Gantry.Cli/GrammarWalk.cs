namespace Gantry.Cli;

/// <summary>Follows the words of a command line into a grammar.</summary>
/// <param name="Name">The words so far, as messages show them: <c>oras manifest fetch</c>.</param>
/// <param name="Verb">Where it ended; null at the root.</param>
/// <param name="Verbs">What could follow; empty below a command.</param>
/// <param name="Rest">What is left for the command: its flags and arguments.</param>
internal sealed record GrammarWalk(string Name, Verb? Verb, IReadOnlyList<Verb> Verbs, IReadOnlyList<string> Rest)
{
    /// <summary>Whether help was asked for where it ended at a group.</summary>
    public bool Help { get; private init; }

    /// <exception cref="CommandException">A word is not in the grammar, or a flag stands where only words may.</exception>
    public static GrammarWalk Of(Grammar grammar, IReadOnlyList<string> args, Wording wording)
    {
        var walk = new GrammarWalk(grammar.Name, null, grammar.Verbs, args);
        var help = false;
        if (args is ["help", ..] && !grammar.Verbs.Any(verb => verb.Answers("help")))
        {
            help = true;
            walk = walk with { Rest = [.. args.Skip(1)] };
        }
        while (walk.Verbs.Count > 0)
        {
            // Flags may stand before the word, as cobra allows: "oras -d push".
            var at = IndexOfWord(walk.Rest, walk.Verbs);
            if (at < 0)
                return walk.Stop() with { Help = help || walk.Rest.Count > 0 };
            var word = walk.Rest[at];
            var next = walk.Verbs.FirstOrDefault(verb => verb.Answers(word))
                ?? throw wording.UnknownCommand(walk.Name, word, walk.Verbs);
            walk = new GrammarWalk($"{walk.Name} {next.Name}", next, next.Verbs, [.. walk.Rest.Take(at), .. walk.Rest.Skip(at + 1)]);
        }
        return help ? walk with { Rest = ["--help"] } : walk;
    }

    private GrammarWalk Stop()
    {
        foreach (var flag in Rest)
        {
            if (flag is not ("-h" or "--help"))
                throw CommandException.WrongUsage(Commands.FlagWalk.Unknown(flag), $"Run '{Name} --help' for usage.");
        }
        return this;
    }

    private static int IndexOfWord(IReadOnlyList<string> args, IReadOnlyList<Verb> verbs)
    {
        for (var i = 0; i < args.Count; i++)
        {
            // A dash makes a flag, unless the grammar has such a word: "az --version".
            if (args[i] is not ['-', ..] || verbs.Any(verb => verb.Answers(args[i])))
                return i;
        }
        return -1;
    }
}
