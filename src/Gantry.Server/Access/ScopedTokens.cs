using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>Repository-scoped tokens: what may be one's name, and how its passwords are made.</summary>
public sealed class ScopedTokens(IScopedTokenStore store, PrincipalSecrets secrets, TimeProvider time)
{
    /// <summary>Tokens of a registry at most, and scope maps: those of ACR's largest size.</summary>
    public const int Most = 50_000;

    private const int MinName = 5;
    private const int MaxTokenName = 50;
    private const int MaxMapName = 100;

    public static readonly IReadOnlyList<string> PasswordNames = ["password1", "password2"];

    /// <summary>Why a text cannot be a token's name; null where it can.</summary>
    public static string? Explain(RegistryRecord registry, string name) =>
        !IsName(name, MaxTokenName) ? $"a token's name has {MinName} to {MaxTokenName} letters, digits, dashes and underscores"
        : name.Equals(registry.Name, StringComparison.OrdinalIgnoreCase) ? "a token is not called as its registry is: that is the admin user's name"
        : Guid.TryParse(name, out _) ? "a token is not called as an application id is"
        : null;

    /// <summary>Why a text cannot be the name of a scope map of a registry's own; null where it can.</summary>
    public static string? ExplainMap(string name) =>
        !IsName(name, MaxMapName) ? $"a scope map's name has {MinName} to {MaxMapName} letters, digits, dashes and underscores"
        : name[0] == SystemScopeMaps.Prefix ? $"scope maps that begin with {SystemScopeMaps.Prefix} belong to the system"
        : null;

    /// <summary>Makes passwords, which are in the answer and nowhere else; those of these names are over.</summary>
    /// <returns>Null where there is no such token.</returns>
    public async ValueTask<IReadOnlyList<(TokenPasswordRecord Record, string Password)>?> GenerateAsync(
        RegistryId registry, string token, IReadOnlyList<string> names, DateTimeOffset? ends, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var made = names.Select(name => (Name: name, Password: PrincipalSecrets.Generate()))
            .Select(pair => (Record: new TokenPasswordRecord(pair.Name, secrets.Hash(pair.Password), now, ends), pair.Password)).ToList();
        var outcome = await store.SetTokenPasswordsAsync(registry, token, [.. made.Select(pair => pair.Record)], [], ct);
        return outcome == CommitOutcome.Done ? made : null;
    }

    private static bool IsName(string name, int most) => name.Length >= MinName && name.Length <= most && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
