namespace Gantry.Server.Access.Conditions;

/// <summary>A comparison's word, taken apart: <c>ForAnyOfAnyValues:StringNotStartsWithIgnoreCase</c>.</summary>
/// <param name="Kind">How a name is compared with a value.</param>
/// <param name="Negated">Satisfied where it does not match.</param>
/// <param name="IgnoreCase">In any case.</param>
/// <param name="AllValues">Every value must satisfy, not any one.</param>
/// <param name="TakesList">Whether more than one value may follow.</param>
internal readonly record struct NameComparison(NameComparisonKind Kind, bool Negated, bool IgnoreCase, bool AllValues, bool TakesList)
{
    /// <remarks>
    /// A quantifier speaks of the attribute's values first and of the given ones second. A repository has one name, so "any of" and "all of"
    /// it are the same.
    /// </remarks>
    public static bool TryParse(ReadOnlySpan<char> word, out NameComparison comparison)
    {
        comparison = default;
        bool all = false, list = false;
        if (word.IndexOf(':') is >= 0 and var colon)
        {
            list = true;
            var quantifier = word[..colon];
            all = Is(quantifier, "ForAnyOfAllValues") || Is(quantifier, "ForAllOfAllValues");
            if (!all && !Is(quantifier, "ForAnyOfAnyValues") && !Is(quantifier, "ForAllOfAnyValues"))
                return false;
            word = word[(colon + 1)..];
        }
        if (!Take(ref word, "String"))
            return false;
        var negated = Take(ref word, "Not");
        NameComparisonKind kind;
        if (Take(ref word, "Equals"))
            kind = NameComparisonKind.Equal;
        else if (Take(ref word, "StartsWith"))
            kind = NameComparisonKind.Start;
        else if (Take(ref word, "Like"))
            kind = NameComparisonKind.Like;
        else
            return false;
        var ignoreCase = Take(ref word, "IgnoreCase");
        comparison = new NameComparison(kind, negated, ignoreCase, all, list);
        return word.IsEmpty;
    }

    private static bool Is(ReadOnlySpan<char> word, string expected) => word.Equals(expected, StringComparison.OrdinalIgnoreCase);

    private static bool Take(ref ReadOnlySpan<char> word, string part)
    {
        if (!word.StartsWith(part, StringComparison.OrdinalIgnoreCase))
            return false;
        word = word[part.Length..];
        return true;
    }
}
