namespace Gantry.Cli.Tests;

/// <summary>What a command left.</summary>
internal sealed record CommandResult(int Exit, string Output, string Error);
