using System.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>A flag of az that takes all words up to the next flag, and may be given several times: <c>--repository a content/read metadata/read</c>.</summary>
/// <remarks>The parser sees each time as one value, the words joined by <see cref="Joiner"/> (<see cref="AzWording.Rewrite"/>).</remarks>
internal sealed class WordsOption : Option<string[][]>
{
    public const char Joiner = '\n';

    public WordsOption(string name, string value, string help, params string[] aliases)
        : base(name, aliases)
    {
        Description = help;
        HelpName = value;
        Arity = new ArgumentArity(1, ushort.MaxValue);
        CustomParser = result => [.. result.Tokens.Select(token => token.Value.Split(Joiner))];
    }
}
