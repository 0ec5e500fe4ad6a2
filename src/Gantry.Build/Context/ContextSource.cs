using Gantry.Protocol.Naming;

namespace Gantry.Build.Context;

/// <summary>Where a build's context comes from.</summary>
public abstract record ContextSource
{
    private ContextSource()
    {
    }

    /// <summary>Nothing: <c>/dev/null</c>.</summary>
    public sealed record Nothing : ContextSource;

    /// <summary>A folder of this machine, which is trusted.</summary>
    public sealed record Folder(string Path) : ContextSource;

    /// <summary>A tar, plain or compressed. Read once, not disposed.</summary>
    public sealed record Archive(Stream Content) : ContextSource;

    /// <summary>What docker's <c>build -</c> reads: a tar, plain or compressed, or else the Dockerfile alone. Read once, not disposed.</summary>
    public sealed record StandardInput(Stream Content) : ContextSource;

    /// <summary>An artifact, whose titled layers are the files: <c>oci://</c>.</summary>
    public sealed record Artifact(Reference Reference) : ContextSource;
}
