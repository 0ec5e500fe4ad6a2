namespace Gantry.Server.Access.Conditions;

/// <summary>A comparison of the repository's name.</summary>
internal sealed class NameTest(string text, NameComparison comparison, string[] values) : ConditionTest(text)
{
    public override bool? Decide(string action, string repository)
    {
        if (repository.Length == 0)
            return null;
        foreach (var value in values)
        {
            // Any of the values: the first that satisfies decides. All of them: the first that does not.
            if (Satisfies(repository, value) != comparison.AllValues)
                return !comparison.AllValues;
        }
        return comparison.AllValues;
    }

    private bool Satisfies(string repository, string value)
    {
        var rule = comparison.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var matches = comparison.Kind switch
        {
            NameComparisonKind.Equal => repository.Equals(value, rule),
            NameComparisonKind.Start => repository.StartsWith(value, rule),
            _ => Wildcard.Matches(value, repository, comparison.IgnoreCase),
        };
        return matches != comparison.Negated;
    }
}
