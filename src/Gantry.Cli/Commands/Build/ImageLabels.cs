using System.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Commands.Build;

/// <summary><c>--label</c>: what the image's config says besides the Dockerfile's labels, and in place of one of the same name.</summary>
internal sealed class ImageLabels
{
    private readonly Option<string[]> _label = Flag.List("--label", "name=value", "a label of the image (repeatable), stronger than the Dockerfile's");

    public void AddTo(Command command) => command.Add(_label);

    /// <summary>The last of one name counts; without a value it is empty, as with docker.</summary>
    /// <exception cref="CommandException">A label has no name.</exception>
    public IReadOnlyDictionary<string, string> Read(ParseResult parse)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in parse.GetValue(_label) ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? text : text[..equals];
            labels[name.Length > 0 ? name : throw CommandException.WrongUsage("--label: a label needs a name: NAME=VALUE")] = equals < 0 ? "" : text[(equals + 1)..];
        }
        return labels;
    }
}
