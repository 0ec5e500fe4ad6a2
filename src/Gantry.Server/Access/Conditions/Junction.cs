namespace Gantry.Server.Access.Conditions;

/// <summary>Parts joined by AND (<paramref name="every"/>) or by OR.</summary>
internal sealed class Junction(bool every, ConditionNode[] parts) : ConditionNode
{
    /// <remarks>One part that is <c>!every</c> decides; without it, one undecided part leaves the whole undecided.</remarks>
    public override bool? Decide(string action, string repository)
    {
        bool? result = every;
        foreach (var part in parts)
        {
            var value = part.Decide(action, repository);
            if (value == !every)
                return value;
            if (value is null)
                result = null;
        }
        return result;
    }

    public override void Blame(string action, string repository, ICollection<ConditionTest> reasons)
    {
        var result = Decide(action, repository);
        foreach (var part in parts)
        {
            if (part.Decide(action, repository) != result)
                continue;
            part.Blame(action, repository, reasons);
            if (result == !every)
                return;
        }
    }
}
