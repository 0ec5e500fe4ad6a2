namespace Gantry.Server.Metadata;

/// <summary>A person as an issuer or a directory just described them.</summary>
/// <param name="Registry">Where they sign in.</param>
/// <param name="Issuer">What they and their groups are found by, together with their subject: the issuer's URL, or a word that is no URL for a directory. Never the name
/// that a registry calls it by, which the next issuer may get.</param>
/// <param name="Subject">What the issuer calls them, for good.</param>
/// <param name="Display">How people call them.</param>
/// <param name="Groups">Every group that the issuer has them in, as it names them.</param>
public sealed record OutsideUser(RegistryId Registry, string Issuer, string Subject, string? Display, IReadOnlyCollection<string> Groups)
{
    /// <summary>Groups from outside that one person is kept in: those that are known already first.</summary>
    public const int MaxGroups = 200;

    /// <summary>People and groups from outside that a registry keeps.</summary>
    public const int MaxKept = 50_000;

    /// <summary>What the registry calls the issuer; names begin with it, and decide nothing.</summary>
    public string IssuerName { get; init; } = Issuer;

    /// <summary>When the issuer said so. What it said before its last word changes nothing. Null where it was asked just now.</summary>
    public DateTimeOffset? Issued { get; init; }

    /// <summary>The name of a principal from outside. A colon is in no name that a registry makes, and no user's name is a group's.</summary>
    public string NameOf(PrincipalKind kind, string subject) => $"{IssuerName}:{(kind == PrincipalKind.Group ? "group" : "user")}:{subject}";
}
