namespace Gantry.Server.Access.Conditions;

/// <summary><c>ActionMatches{'pattern'}</c>: whether the action asked for is one of these, in any case.</summary>
internal sealed class ActionTest(string text, string[] patterns) : ConditionTest(text)
{
    public override bool? Decide(string action, string repository)
    {
        foreach (var pattern in patterns)
        {
            if (Wildcard.Matches(pattern, action, ignoreCase: true))
                return true;
        }
        return false;
    }
}
