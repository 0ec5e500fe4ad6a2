using Gantry.Protocol.Naming;
using Gantry.Server.Access.Conditions;

namespace Gantry.Server.Access;

/// <summary>Rights, where they count, and where they come from.</summary>
/// <param name="Rights">The rights.</param>
/// <param name="Place">The repositories that those on content count for; those on the registry count only <see cref="GrantPlace.Everywhere"/>.</param>
/// <param name="Source">For people: <c>role AcrPull</c>, <c>scope map ci</c>.</param>
/// <param name="Condition">Must hold for those on content; those on the registry do not count with one. Null for none.</param>
public sealed record Grant(Rights Rights, GrantPlace Place, string Source, AccessCondition? Condition = null)
{
    /// <summary>Whether it allows one right.</summary>
    /// <param name="right">One right.</param>
    /// <param name="repository">Where; null for a right on the registry.</param>
    public Denial Judge(Rights right, RepositoryName? repository)
    {
        if ((Rights & right) == Rights.None)
            return Denial.NotGranted;
        // Whoever is limited to some repositories by a condition is no more told the names of all than who is so by a place.
        if (repository is not { } asked)
            return !Place.IsEverywhere ? Denial.Elsewhere : Condition is null ? Denial.None : Denial.ConditionFailed;
        if (!Place.Covers(asked))
            return Denial.Elsewhere;
        return Condition is null || Condition.Holds(RightNames.PermissionOf(right), asked) ? Denial.None : Denial.ConditionFailed;
    }

    /// <summary>Whether it allows a right on content in every repository there may be.</summary>
    public bool AllowsEverywhere(Rights right) => (Rights & right) != Rights.None && Place.IsEverywhere && Condition is null;

    public override string ToString() => $"{Source}, for {Place}{(Condition is null ? "" : $", if {Condition}")}";
}
