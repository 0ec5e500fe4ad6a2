using Gantry.Protocol.Naming;
using Gantry.Protocol.Token;
using Gantry.Server.Access;

namespace Gantry.Testing.Http;

/// <summary>Callers to choose from, without credentials to make or check.</summary>
public static class TestCallers
{
    private static readonly string[] Everything =
        [TokenActions.Pull, TokenActions.Push, TokenActions.Delete, TokenActions.MetadataRead, TokenActions.MetadataWrite];

    public static Caller Owner { get; } = With("owner", null, Everything) with { ListsCatalog = true, Manages = true };

    public static Caller Anonymous { get; } = new() { Kind = CallerKind.Anonymous, Name = "(anonymous)", Actions = [] };

    public static Caller AnonymousPuller { get; } = Anonymous with { Actions = [TokenActions.Pull] };

    public static Caller Developer { get; } = Owner with { Kind = CallerKind.Developer, Name = "(developer)" };

    /// <summary>A principal with these actions, everywhere or below a repository.</summary>
    public static Caller With(string name, string? prefix, params string[] actions) => new()
    {
        Kind = CallerKind.Principal,
        Name = name,
        Actions = actions,
        RepositoryPrefix = prefix is null ? null : RepositoryName.Parse(prefix),
    };
}
