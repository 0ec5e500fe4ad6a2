using System.Text;
using Gantry.Protocol;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary>The names that <c>acr build</c> gives its image, looked at before a context is packed for nothing. What <c>{{…}}</c> stands for the server alone knows.</summary>
internal static class RunImageNames
{
    private const string Open = "{{";
    private const string Close = "}}";

    /// <exception cref="CommandException">One cannot be a name; it is said which part of it.</exception>
    public static void Check(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (Explain(name) is { } problem)
                throw CommandException.WrongUsage($"argument --image/-t: '{Printable.Of(name)}' is not the name of an image: {problem}", "A name is REPOSITORY[:TAG], such as builds/hello-world:v1.");
        }
    }

    private static string? Explain(string text)
    {
        if (Fill(text) is not { } name)
            return $"it opens {Open} and does not close it";
        // Docker's rule: what has a dot or a colon before the first slash, or is localhost, is a host.
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && (name.AsSpan(0, slash).ContainsAny('.', ':') || name.AsSpan(0, slash) is "localhost"))
        {
            if (!RegistryName.TryParse(name.AsSpan(0, slash), out _))
                return $"the registry '{Printable.Of(name.AsSpan(0, slash))}' is no host with an optional port";
            name = name[(slash + 1)..];
        }
        if (name.Contains('@', StringComparison.Ordinal))
            return "it has a digest, which follows from the image's content and cannot be chosen";
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var (repository, tag) = colon < 0 ? (name, null) : (name[..colon], name[(colon + 1)..]);
        if (RepositoryName.Explain(repository) is { } badRepository)
            return $"the repository '{Printable.Of(repository)}': {badRepository}";
        return tag is not null && Tag.Explain(tag) is { } badTag ? $"the tag '{Printable.Of(tag)}': {badTag}" : null;
    }

    /// <summary>The name with something in place of each <c>{{…}}</c>; null where one has no end.</summary>
    private static string? Fill(string text)
    {
        var filled = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (rest.IndexOf(Open) is >= 0 and var open)
        {
            filled.Append(rest[..open]).Append('x');
            var close = rest[open..].IndexOf(Close);
            if (close < 0)
                return null;
            rest = rest[(open + close + Close.Length)..];
        }
        return filled.Append(rest).ToString();
    }
}
