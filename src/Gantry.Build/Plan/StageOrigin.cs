using Gantry.Protocol.Oci;

namespace Gantry.Build.Plan;

/// <summary>What a stage begins with.</summary>
public abstract record StageOrigin
{
    /// <summary>Nothing: <c>FROM scratch</c>.</summary>
    public sealed record Scratch : StageOrigin;

    /// <summary>An earlier stage.</summary>
    public sealed record Stage(int Index) : StageOrigin;

    /// <summary>An image of a registry.</summary>
    /// <param name="Reference">As the Dockerfile names it, variables replaced.</param>
    /// <param name="Platform">Which of its platforms.</param>
    public sealed record Image(string Reference, Platform Platform) : StageOrigin;
}
