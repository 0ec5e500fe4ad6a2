using Gantry.Cli.Commands;

namespace Gantry.Cli;

/// <summary>The words that the program understands under one of its names.</summary>
/// <param name="Name">The name that messages show.</param>
/// <param name="Verbs">The words at the root.</param>
internal sealed record Grammar(string Name, IReadOnlyList<Verb> Verbs)
{
    public static Grammar Of(string invokedName) => invokedName switch
    {
        InvokedName.Oras => new Grammar(InvokedName.Oras, OrasVerbs.All),
        InvokedName.Az => new Grammar(InvokedName.Az, AzVerbs.All),
        _ => new Grammar(InvokedName.Gantry, [.. OrasVerbs.All, .. ProductVerbs.All]),
    };
}
