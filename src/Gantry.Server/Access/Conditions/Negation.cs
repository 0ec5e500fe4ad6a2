namespace Gantry.Server.Access.Conditions;

/// <summary><c>!part</c>; what is undecided stays undecided.</summary>
internal sealed class Negation(ConditionNode part) : ConditionNode
{
    public override bool? Decide(string action, string repository) => !part.Decide(action, repository);

    public override void Blame(string action, string repository, ICollection<ConditionTest> reasons) => part.Blame(action, repository, reasons);
}
