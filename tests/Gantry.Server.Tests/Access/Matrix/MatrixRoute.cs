namespace Gantry.Server.Tests.Access.Matrix;

/// <summary>One row of <see cref="MatrixTables.Routes"/>.</summary>
/// <param name="Group">Which API, or which of its resources: <c>Manifest</c>, <c>acr Tag</c>, <c>gantry</c>, <c>arm</c>, <c>subscriptions</c>.</param>
/// <param name="Method">The method.</param>
/// <param name="Template">The path; <c>{repository}</c> is the one asked for.</param>
/// <param name="Needs">The letters of which one is needed, or a word in parentheses.</param>
/// <param name="Answer">Status, and code where it is a refusal, once the caller may.</param>
/// <param name="Body">What is sent.</param>
internal sealed record MatrixRoute(string Group, string Method, string Template, string Needs, string Answer, string Body)
{
    public bool IsManaged => Group is "gantry" or "arm" or "subscriptions";

    /// <summary>Whether it names a repository.</summary>
    public bool HasRepository => Template.Contains("{repository}", StringComparison.Ordinal);

    public override string ToString() => $"{Method} {Template}";

    public static IReadOnlyList<MatrixRoute> Read(string table) =>
        [.. MatrixTables.Rows(table).Select(cells => new MatrixRoute(cells[0], cells[1], cells[2], cells[3], cells[4], cells.Length > 5 ? cells[5] : ""))];
}
