namespace Gantry.Cli.Commands;

/// <summary>What the product itself needs beside ORAS's grammar: <c>acr</c>, <c>admin</c>, <c>serve</c>.</summary>
internal static class ProductVerbs
{
    public static IReadOnlyList<Verb> All { get; } = [];
}
