using System.CommandLine;
using Gantry.Cli.Options;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Acr.Management;

/// <summary>Flags that name actions: <c>--repository REPO ACTION…</c> and <c>--gateway GATEWAY ACTION…</c>.</summary>
/// <param name="repository">The flag for repositories.</param>
/// <param name="gateway">The flag for gateways.</param>
/// <param name="purpose">What becomes of the actions, for the help.</param>
/// <param name="oldName">A name that az once gave the first flag; null for none.</param>
internal sealed class ActionWords(string repository, string gateway, string purpose, string? oldName = null)
{
    private static readonly string[] RepositoryActions = ["content/delete", "content/read", "content/write", "metadata/read", "metadata/write"];
    private static readonly string[] GatewayActions = ["config/read", "config/write", "message/read", "message/write"];

    private readonly WordsOption _repository = new(
        repository, "REPO ACTION...", $"a repository, PREFIX/* or *, and its actions {purpose} (repeatable): {string.Join(", ", RepositoryActions)}", oldName is null ? [] : [oldName]);

    private readonly WordsOption _gateway = new(
        gateway, "GATEWAY ACTION...", $"a gateway and its actions {purpose} (repeatable): {string.Join(", ", GatewayActions)}");

    public void AddTo(Command command)
    {
        command.Add(_repository);
        command.Add(_gateway);
    }

    public bool IsGiven(ParseResult parse) => parse.IsGiven(_repository) || parse.IsGiven(_gateway);

    /// <summary>The actions in the words of a scope map, each once, in the order in which they were given.</summary>
    /// <exception cref="CommandException">One of them is no action, or a name has none.</exception>
    public IReadOnlyList<string> Read(ParseResult parse) =>
        [.. Read(parse, _repository, "repositories", RepositoryActions).Concat(Read(parse, _gateway, "gateway", GatewayActions)).Distinct()];

    private static IEnumerable<string> Read(ParseResult parse, WordsOption flag, string noun, string[] known)
    {
        foreach (var words in parse.GetValue(flag) ?? [])
        {
            // Names have no capitals; az takes them all the same.
            var name = words[0].ToLowerInvariant();
            if (words.Length < 2)
                throw CommandException.WrongUsage($"argument {flag.Name}: \"{Printable.Of(name)}\" needs at least one action", $"Actions: {string.Join(", ", known)}");
            foreach (var action in words.Skip(1).Select(word => word.ToLowerInvariant()))
            {
                if (!known.Contains(action))
                    throw CommandException.WrongUsage($"argument {flag.Name}: \"{Printable.Of(action)}\" is no action", $"Actions: {string.Join(", ", known)}");
                yield return $"{noun}/{name}/{action}";
            }
        }
    }
}
