using Gantry.Build.Dockerfile;

namespace Gantry.Build.Plan;

/// <summary>Replaces variables at a place, so that what is wrong with them is shown there.</summary>
internal static class Expansion
{
    /// <exception cref="DockerfileException">The word is broken.</exception>
    public static string Expand(DockerfileDocument document, SourceSpan span, string text, Func<string, string?> lookup, ExpansionBudget budget, bool keepQuotes = false)
    {
        try
        {
            var expander = new WordExpander(lookup, document.Directives.Escape, budget);
            var value = keepQuotes ? expander.ExpandText(text) : expander.Expand(text);
            budget.TakeCharacters(value.Length);
            return value;
        }
        catch (FormatException e)
        {
            throw document.Source.Problem(span, e.Message, "Mend the expression, or escape the dollar sign.");
        }
    }
}
