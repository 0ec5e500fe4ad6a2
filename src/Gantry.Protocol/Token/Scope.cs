namespace Gantry.Protocol.Token;

/// <summary>What a token is asked for: <c>repository:samples/artifact:pull,push</c> (Docker's token scope grammar).</summary>
/// <param name="Type">Kind of resource: <c>repository</c>, <c>registry</c> or another; a class in parentheses is dropped.</param>
/// <param name="Name">The resource, which may itself contain colons.</param>
/// <param name="Actions">Sorted, without repeats.</param>
public sealed record Scope(string Type, string Name, IReadOnlyList<string> Actions)
{
    public const string RepositoryType = "repository";
    public const string RegistryType = "registry";

    /// <summary>The right to list the repositories of a registry.</summary>
    public static readonly Scope CatalogAll = new(RegistryType, "catalog", [TokenActions.All]);

    public static Scope Repository(string name, params ReadOnlySpan<string> actions) => new(RepositoryType, name, Normalize(actions.ToArray()));

    /// <summary>Reads one scope; null where the text has no two colons.</summary>
    public static Scope? TryParse(ReadOnlySpan<char> text)
    {
        var first = text.IndexOf(':');
        var last = text.LastIndexOf(':');
        if (first <= 0 || last <= first)
            return null;
        var type = text[..first];
        if (type.IndexOf('(') is > 0 and var parenthesis)
            type = type[..parenthesis];
        return new Scope(type.ToString(), text[(first + 1)..last].ToString(), Normalize(text[(last + 1)..].ToString().Split(',')));
    }

    /// <summary>Reads every scope of a request: parameters may repeat, and one parameter may hold several between blanks.</summary>
    public static IReadOnlyList<Scope> ParseAll(IEnumerable<string?> parameters)
    {
        var scopes = new List<Scope>();
        foreach (var parameter in parameters)
        {
            foreach (var part in (parameter ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (TryParse(part) is { } scope)
                    scopes.Add(scope);
            }
        }
        return scopes;
    }

    /// <summary>Joins the actions of scopes on the same resource and sorts, so that equal rights have one text.</summary>
    public static IReadOnlyList<Scope> Merge(IEnumerable<Scope> scopes) =>
    [
        .. scopes.GroupBy(scope => (scope.Type, scope.Name))
            .Select(group => new Scope(group.Key.Type, group.Key.Name, Normalize([.. group.SelectMany(scope => scope.Actions)])))
            .OrderBy(scope => scope.ToString(), StringComparer.Ordinal),
    ];

    public bool Equals(Scope? other) =>
        other is not null && Type == other.Type && Name == other.Name && Actions.SequenceEqual(other.Actions);

    public override int GetHashCode() => HashCode.Combine(Type, Name, Actions.Count);

    public override string ToString() => $"{Type}:{Name}:{string.Join(',', Actions)}";

    private static string[] Normalize(string[] actions)
    {
        var trimmed = actions.Select(action => action.Trim()).Where(action => action.Length > 0);
        return [.. trimmed.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
