using System.Collections.Immutable;
using Gantry.Protocol.Naming;
using Gantry.Server.Access;

namespace Gantry.Testing.Http;

/// <summary>Callers to choose from, without credentials to make or check.</summary>
public static class TestCallers
{
    public static Caller Owner { get; } = With(CallerKind.Principal, "owner", Role.Owner.Rights);

    public static Caller Anonymous { get; } = Callers.Nobody;

    public static Caller AnonymousPuller { get; } = With(CallerKind.Anonymous, Anonymous.Name, Rights.ContentRead);

    public static Caller Developer { get; } = Callers.Developer;

    /// <summary>A principal with these actions, everywhere or below a repository.</summary>
    public static Caller With(string name, string? prefix, params string[] actions) =>
        With(CallerKind.Principal, name, actions.Aggregate(Rights.None, (rights, action) => rights | RightNames.OfAction(action)), prefix);

    private static Caller With(CallerKind kind, string name, Rights rights, string? prefix = null) => new()
    {
        Kind = kind,
        Name = name,
        Grants = ImmutableArray.Create(new Grant(rights, prefix is null ? GrantPlace.Everywhere : GrantPlace.AtAndBelow(RepositoryName.Parse(prefix)), "test")),
    };
}
