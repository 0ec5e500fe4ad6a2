namespace Gantry.Server.Metadata;

/// <summary>A person as an issuer or a directory just described them.</summary>
/// <param name="Registry">Where they sign in.</param>
/// <param name="Issuer">The issuer's name in this registry.</param>
/// <param name="Subject">What the issuer calls them, for good.</param>
/// <param name="Display">How people call them.</param>
/// <param name="Groups">Every group that the issuer has them in, as it names them.</param>
public sealed record OutsideUser(RegistryId Registry, string Issuer, string Subject, string? Display, IReadOnlyCollection<string> Groups)
{
    /// <summary>The name of the principal that stands for this person.</summary>
    public string Name => NameOf(Issuer, Subject);

    /// <summary>The name of a principal from outside. A colon is in no name that a registry makes.</summary>
    public static string NameOf(string issuer, string subject) => $"{issuer}:{subject}";
}
