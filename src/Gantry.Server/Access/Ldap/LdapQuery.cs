namespace Gantry.Server.Access.Ldap;

/// <summary>What a search looks for.</summary>
internal sealed record LdapQuery
{
    /// <summary>Entries that any search may find.</summary>
    public const int MaxEntries = 2_000;

    public required string Base { get; init; }

    public required LdapScope Scope { get; init; }

    public required LdapFilter Filter { get; init; }

    /// <summary>What stands in the filter for <c>{0}</c>, <c>{1}</c> and so on.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    public required IReadOnlyList<string> Attributes { get; init; }

    /// <summary>More entries than this are a failure, not a cut list, unless <see cref="MayBeCut"/>.</summary>
    public required int Most { get; init; }

    /// <summary>Whether it is enough to know that there are as many.</summary>
    public bool MayBeCut { get; init; }
}
