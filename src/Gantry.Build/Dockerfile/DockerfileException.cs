namespace Gantry.Build.Dockerfile;

/// <summary>A Dockerfile that cannot be built as it is written.</summary>
public sealed class DockerfileException(Diagnostic diagnostic) : FormatException(diagnostic.ToString())
{
    public Diagnostic Diagnostic { get; } = diagnostic;
}
