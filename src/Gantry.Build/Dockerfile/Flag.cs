namespace Gantry.Build.Dockerfile;

/// <summary>A flag of an instruction, <c>--name=value</c>.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Value">What follows the equals sign; null for a bare flag, which means true.</param>
/// <param name="Span">The whole flag.</param>
public sealed record Flag(string Name, string? Value, SourceSpan Span);
