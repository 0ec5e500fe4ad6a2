using Gantry.Protocol.Naming;

namespace Gantry.Server.Access;

/// <summary>The repositories that a grant counts for.</summary>
public readonly record struct GrantPlace
{
    private GrantPlace(Kind kind, string text) => (_kind, _text) = (kind, text);

    private readonly Kind _kind;
    private readonly string? _text;

    private enum Kind
    {
        Everywhere,
        Exactly,
        AtAndBelow,
        Below,
    }

    /// <summary>The whole registry.</summary>
    public static GrantPlace Everywhere => default;

    /// <summary>One repository.</summary>
    public static GrantPlace Exactly(RepositoryName repository) => new(Kind.Exactly, repository.ToString());

    /// <summary>A repository and those below it: <c>team</c> is <c>team</c> and <c>team/app</c>, and not <c>teams</c>.</summary>
    public static GrantPlace AtAndBelow(RepositoryName prefix) => new(Kind.AtAndBelow, prefix.ToString());

    /// <summary>What lies below a prefix and not the prefix itself: a scope map's <c>team/*</c>.</summary>
    public static GrantPlace Below(RepositoryName prefix) => new(Kind.Below, prefix.ToString());

    /// <summary>Reads a scope map's pattern: a repository, a prefix that ends with <c>/*</c>, or <c>*</c> alone.</summary>
    /// <remarks>A wildcard counts only as a whole last part: <c>sam*</c> and <c>*/a</c> are no patterns.</remarks>
    public static bool TryParse(ReadOnlySpan<char> text, out GrantPlace place)
    {
        place = Everywhere;
        if (text is "*")
            return true;
        var isBelow = text.EndsWith("/*", StringComparison.Ordinal);
        if (!RepositoryName.TryParse(isBelow ? text[..^2] : text, out var name))
            return false;
        place = isBelow ? Below(name) : Exactly(name);
        return true;
    }

    public bool IsEverywhere => _kind == Kind.Everywhere;

    public bool Covers(RepositoryName repository)
    {
        if (_kind == Kind.Everywhere)
            return true;
        var name = repository.ToString();
        var text = _text!;
        return _kind switch
        {
            Kind.Exactly => name == text,
            Kind.AtAndBelow => name == text || IsBelow(name, text),
            _ => IsBelow(name, text),
        };
    }

    public override string ToString() => _kind switch
    {
        Kind.Everywhere => "the whole registry",
        Kind.Exactly => _text!,
        Kind.AtAndBelow => $"{_text} and below",
        _ => $"{_text}/*",
    };

    private static bool IsBelow(string name, string prefix) => name.Length > prefix.Length && name[prefix.Length] == '/' && name.StartsWith(prefix, StringComparison.Ordinal);
}
