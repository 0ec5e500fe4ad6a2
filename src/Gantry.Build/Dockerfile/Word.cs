namespace Gantry.Build.Dockerfile;

/// <summary>A word as it is written: quotes, escapes and variables are still in it.</summary>
public sealed record Word(string Text, SourceSpan Span)
{
    public override string ToString() => Text;
}
