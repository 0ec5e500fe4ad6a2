using System.Diagnostics.CodeAnalysis;
using Gantry.Protocol.Naming;

namespace Gantry.Server.Access.Conditions;

/// <summary>When a role assignment counts: Azure's condition language, as far as it speaks of repositories. Parsed once, decided often.</summary>
/// <remarks><code>
///   expression := operand { AND operand } | operand { OR operand }       never both at one level: parentheses say which comes first
///   operand    := (! | NOT) operand | ( expression ) | test
///   test       := ActionMatches { 'pattern', … }                        * stands for any characters, in any case
///               | Exists attribute
///               | attribute [quantifier :] comparison value
///   attribute  := @Request[Microsoft.ContainerRegistry/registries/repositories:name]
///   value      := 'text' | { 'text', … }
/// </code>
/// Whatever else the language knows (sub-operations, numbers, attributes of principals) is refused when it is read: a part that
/// could not be judged would have to count as something, and below a NOT either choice opens what was meant to be shut.
/// A request that names no repository leaves each comparison undecided, and what stays undecided does not hold.
/// </remarks>
public sealed class AccessCondition
{
    /// <summary>The service's bound on a condition.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>How deep parentheses and negations may nest; each level is one of the stack.</summary>
    public const int MaxDepth = 64;

    /// <summary>Comparisons that an explanation names at most.</summary>
    private const int MaxReasons = 8;

    private readonly string _text;
    private readonly ConditionNode _root;

    private AccessCondition(string text, ConditionNode root)
    {
        _text = text;
        _root = root;
    }

    /// <exception cref="FormatException">The text is not a condition; the message says where and what was expected.</exception>
    public static AccessCondition Parse(string text) =>
        Read(text, out var problem) ?? throw new FormatException(problem);

    public static bool TryParse(string? text, [NotNullWhen(true)] out AccessCondition? condition)
    {
        condition = text is null ? null : Read(text, out _);
        return condition is not null;
    }

    /// <param name="action">The data action asked for, in full: <c>Microsoft.ContainerRegistry/registries/repositories/content/read</c>.</param>
    /// <param name="repository">Empty where the request names none.</param>
    public bool Holds(string action, RepositoryName repository) => _root.Decide(action, repository.ToString()) is true;

    /// <summary>A sentence that says which of the tests decided, and how each came out.</summary>
    public string Explain(string action, RepositoryName repository)
    {
        var name = repository.ToString();
        var reasons = new List<ConditionTest>();
        _root.Blame(action, name, reasons);
        var words = reasons.Take(MaxReasons).Select(test => $"{test.Text} is {Word(test.Decide(action, name))}");
        var more = reasons.Count > MaxReasons ? $" and {reasons.Count - MaxReasons} more" : "";
        return $"the condition {(Holds(action, repository) ? "holds" : "does not hold")}: {string.Join(", ", words)}{more}";
    }

    /// <summary>The text as it was given.</summary>
    public override string ToString() => _text;

    private static AccessCondition? Read(string text, out string? problem)
    {
        if (text.Length > MaxLength)
        {
            problem = $"invalid condition: it has {text.Length} characters and may have {MaxLength}";
            return null;
        }
        var root = new ConditionParser(text).Read(out problem);
        return root is null ? null : new AccessCondition(text, root);
    }

    private static string Word(bool? value) => value switch
    {
        true => "true",
        false => "false",
        null => "undecided, because the request names no repository",
    };
}
