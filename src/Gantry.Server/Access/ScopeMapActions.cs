using System.Diagnostics.CodeAnalysis;
using Gantry.Protocol;

namespace Gantry.Server.Access;

/// <summary>The actions of a scope map: <c>repositories/REPOSITORY/content/read</c> and its like.</summary>
/// <remarks>
/// <c>gateway/NAME/…</c> (of connected registries) is taken and shown again, and opens nothing here. Whatever is neither is refused,
/// so that a slip of the pen is seen when it is written and not when a pull fails.
/// </remarks>
public sealed class ScopeMapActions
{
    /// <summary>The service's bound on one map.</summary>
    public const int MaxActions = 500;

    private static readonly (string Word, Rights Right)[] RepositoryWords =
    [
        ("content/read", Rights.ContentRead),
        ("content/write", Rights.ContentWrite),
        ("content/delete", Rights.ContentDelete),
        ("metadata/read", Rights.MetadataRead),
        ("metadata/write", Rights.MetadataWrite),
    ];

    private static readonly string[] GatewayWords = ["config/read", "config/write", "message/read", "message/write"];

    private ScopeMapActions(IReadOnlyList<string> actions, IReadOnlyList<(GrantPlace Place, Rights Rights)> grants)
    {
        Actions = actions;
        Grants = grants;
    }

    /// <summary>The actions as they were given, in their order, each once.</summary>
    public IReadOnlyList<string> Actions { get; }

    /// <summary>What they open, a row for each pattern.</summary>
    public IReadOnlyList<(GrantPlace Place, Rights Rights)> Grants { get; }

    /// <exception cref="FormatException">One of them is no action, or there are too many; the message says which and why.</exception>
    public static ScopeMapActions Parse(IEnumerable<string> actions) => Read(actions, out var problem) ?? throw new FormatException(problem);

    public static bool TryParse(IEnumerable<string> actions, [NotNullWhen(true)] out ScopeMapActions? map)
    {
        map = Read(actions, out _);
        return map is not null;
    }

    private static ScopeMapActions? Read(IEnumerable<string> actions, out string? problem)
    {
        problem = null;
        var kept = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var opened = new Dictionary<GrantPlace, Rights>();
        foreach (var text in actions)
        {
            problem = ReadOne(text, opened);
            if (problem is null && seen.Add(text))
                kept.Add(text);
            if (kept.Count > MaxActions)
                problem = $"a scope map has at most {MaxActions} actions";
            if (problem is not null)
                return null;
        }
        return new ScopeMapActions(kept, [.. opened.Select(pair => (pair.Key, pair.Value))]);
    }

    /// <returns>Why the text is no action; null when it is one.</returns>
    private static string? ReadOne(string? text, Dictionary<GrantPlace, Rights> opened)
    {
        var rest = text.AsSpan();
        var noun = Cut(ref rest);
        if (!Cut(ref rest, out var name, out var word) || name.IsEmpty)
            return Problem(text, "it has the form repositories/REPOSITORY/content/read");
        if (noun.Equals("gateway", StringComparison.OrdinalIgnoreCase))
            return IndexOf(GatewayWords, word) < 0 ? Problem(text, $"a gateway's actions are {string.Join(", ", GatewayWords)}") : null;
        if (!noun.Equals("repositories", StringComparison.OrdinalIgnoreCase))
            return Problem(text, "it begins with repositories/ or gateway/");
        var index = IndexOf([.. RepositoryWords.Select(pair => pair.Word)], word);
        if (index < 0)
            return Problem(text, $"a repository's actions are {string.Join(", ", RepositoryWords.Select(pair => pair.Word))}");
        if (!GrantPlace.TryParse(name, out var place))
            return Problem(text, "the repository is a name, a prefix that ends with /*, or * alone");
        opened[place] = opened.GetValueOrDefault(place) | RepositoryWords[index].Right;
        return null;
    }

    /// <summary>The part before the first slash.</summary>
    private static ReadOnlySpan<char> Cut(ref ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        if (slash < 0)
            return [];
        var part = rest[..slash];
        rest = rest[(slash + 1)..];
        return part;
    }

    /// <summary>The last two parts, and what is before them, which may have slashes of its own.</summary>
    private static bool Cut(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> name, out ReadOnlySpan<char> word)
    {
        name = word = default;
        var last = rest.LastIndexOf('/');
        var before = last < 0 ? -1 : rest[..last].LastIndexOf('/');
        if (before < 0)
            return false;
        name = rest[..before];
        word = rest[(before + 1)..];
        return true;
    }

    private static int IndexOf(string[] words, ReadOnlySpan<char> word)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (word.Equals(words[i], StringComparison.OrdinalIgnoreCase))
                return i;
        }
        return -1;
    }

    private static string Problem(string? text, string why) => $"invalid scope map action \"{Printable.Of(text)}\": {why}";
}
