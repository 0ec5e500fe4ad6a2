namespace Gantry.Build.Dockerfile;

/// <summary>A command, for the shell or for execution as it is.</summary>
/// <param name="Arguments">The exec form's arguments; of the shell form the one text.</param>
/// <param name="IsShell">Runs as an argument of SHELL.</param>
public sealed record CommandLine(IReadOnlyList<string> Arguments, bool IsShell);
