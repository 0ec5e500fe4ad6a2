namespace Gantry.Server.Access.Conditions;

/// <summary>A part that looks at the request itself.</summary>
/// <param name="text">As the condition has it.</param>
internal abstract class ConditionTest(string text) : ConditionNode
{
    public string Text { get; } = text;

    public sealed override void Blame(string action, string repository, ICollection<ConditionTest> reasons) => reasons.Add(this);
}
