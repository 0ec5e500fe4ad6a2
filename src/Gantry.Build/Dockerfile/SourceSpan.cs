namespace Gantry.Build.Dockerfile;

/// <summary>A place in a Dockerfile: line and column count from one, as editors show them.</summary>
public readonly record struct SourceSpan(int Line, int Column, int Length);
