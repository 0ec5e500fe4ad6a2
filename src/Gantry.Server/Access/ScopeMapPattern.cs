using Gantry.Protocol.Naming;

namespace Gantry.Server.Access;

/// <summary>Which repositories an action of a scope map counts for: one, those below a prefix (<c>samples/*</c>), or all (<c>*</c>).</summary>
public readonly record struct ScopeMapPattern
{
    public static readonly ScopeMapPattern All = new("*");

    private readonly string? _text;

    private ScopeMapPattern(string text) => _text = text;

    public bool IsAll => _text == "*";

    /// <remarks>A wildcard counts only as a whole last part: <c>sam*</c> and <c>*/a</c> are no patterns.</remarks>
    public static bool TryParse(ReadOnlySpan<char> text, out ScopeMapPattern pattern)
    {
        var name = text.EndsWith("/*", StringComparison.Ordinal) ? text[..^2] : text;
        pattern = text is "*" ? All : RepositoryName.TryParse(name, out _) ? new ScopeMapPattern(text.ToString()) : default;
        return pattern._text is not null;
    }

    /// <summary><c>samples/*</c> is what lies below <c>samples/</c>, at any depth; <c>samples</c> itself is not.</summary>
    public bool Matches(RepositoryName repository)
    {
        var text = _text ?? "";
        var name = repository.ToString();
        if (IsAll)
            return name.Length > 0;
        return text.EndsWith('*') ? name.AsSpan().StartsWith(text.AsSpan(0, text.Length - 1), StringComparison.Ordinal) : name.Length > 0 && name == text;
    }

    public override string ToString() => _text ?? "";
}
