namespace Gantry.Cli.Commands;

/// <summary>az's grammar: what the program understands under the name <c>az</c>.</summary>
internal static class AzVerbs
{
    public static IReadOnlyList<Verb> All { get; } = [];
}
