namespace Gantry.Server.Access;

/// <summary>Which identity of a registry: what tokens name in <c>sub</c>, and what owns uploads and runs.</summary>
/// <remarks><code>
///   (anonymous)                              nobody
///   4f3c…-…                                  a principal, by its id
///   admin                                    the admin user
///   token:ci                                 a repository-scoped token, by its name in lower case
/// </code></remarks>
public readonly record struct IdentityKey
{
    private const int IdLength = 36;
    private const string AdminText = "admin";
    private const string TokenPrefix = "token:";

    private IdentityKey(CallerKind kind, Guid id, string? name) => (Kind, Id, Name) = (kind, id, name);

    public static IdentityKey Anonymous => default;

    public static IdentityKey Admin { get; } = new(CallerKind.AdminUser, Guid.Empty, null);

    /// <summary>A principal's kind is known once it is found.</summary>
    public static IdentityKey OfPrincipal(Guid id) => new(CallerKind.Principal, id, null);

    public static IdentityKey OfToken(string name) => new(CallerKind.ScopedToken, Guid.Empty, name.ToLowerInvariant());

    public CallerKind Kind { get; }

    public Guid Id { get; }

    public string? Name { get; }

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else, and for nobody.</summary>
    public static IdentityKey? TryParse(string text) =>
        TryParseId(text) is { } id ? OfPrincipal(id)
        : text == AdminText ? Admin
        : text.StartsWith(TokenPrefix, StringComparison.Ordinal) ? OfToken(text[TokenPrefix.Length..])
        : null;

    /// <summary>Reads a principal's id in its one form; null for anything else.</summary>
    /// <remarks>The framework's reader passes over white space around an id.</remarks>
    public static Guid? TryParseId(string text) => text.Length == IdLength && Guid.TryParseExact(text, "D", out var id) ? id : null;

    public override string ToString() => Kind switch
    {
        CallerKind.Principal => Id.ToString(),
        CallerKind.AdminUser => AdminText,
        CallerKind.ScopedToken => TokenPrefix + Name,
        _ => "(anonymous)",
    };
}
