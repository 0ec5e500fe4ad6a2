using Gantry.Build.Layers;

namespace Gantry.Build.Context;

/// <summary>What COPY and ADD take from: a tree whose files open from wherever they are.</summary>
/// <param name="Tree">The files that belong to the context. Owners are root, as everything copied is unless told otherwise.</param>
public sealed record BuildContext(FileTree Tree)
{
    /// <summary>A context with nothing in it: <c>/dev/null</c>, or a Dockerfile alone.</summary>
    public static BuildContext Empty => new(new FileTree());

    /// <summary>The modification time of everything that is copied: one for all, so that equal contents make equal layers wherever and whenever they lie. 1980, since older times confuse zip tools.</summary>
    public const long FixedTime = 315532800;
}
