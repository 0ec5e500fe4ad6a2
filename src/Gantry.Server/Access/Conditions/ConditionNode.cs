namespace Gantry.Server.Access.Conditions;

/// <summary>A part of a condition. Immutable; deciding allocates nothing.</summary>
internal abstract class ConditionNode
{
    /// <returns>Null where the request lacks what would decide it.</returns>
    public abstract bool? Decide(string action, string repository);

    /// <summary>Adds the tests that made this part come out as it does.</summary>
    public abstract void Blame(string action, string repository, ICollection<ConditionTest> reasons);
}
