namespace Gantry.Cli.Commands;

/// <summary>ORAS's grammar.</summary>
internal static class OrasVerbs
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new("version", "Show the version", context => new VersionCommand(context)),
    ];
}
