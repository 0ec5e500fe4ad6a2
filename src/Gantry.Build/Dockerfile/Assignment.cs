namespace Gantry.Build.Dockerfile;

/// <summary><c>name=value</c> as written.</summary>
/// <param name="Name">The name; of LABEL it may itself need expansion.</param>
/// <param name="Value">Null for an ARG without a default.</param>
/// <param name="Span">The whole.</param>
public sealed record Assignment(string Name, string? Value, SourceSpan Span);
