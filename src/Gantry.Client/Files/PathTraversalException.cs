using Gantry.Protocol;

namespace Gantry.Client.Files;

/// <summary>A name inside an artifact would have written outside the folder it was pulled to.</summary>
public sealed class PathTraversalException : Exception
{
    /// <summary>A title of a layer: the user may decide to trust it.</summary>
    public PathTraversalException(string title, string reason)
        : base($"the title \"{Printable.Of(title)}\" is refused: {reason}. If you trust the artifact, use --allow-path-traversal")
    {
    }

    /// <summary>An entry of an archive: no option lets it.</summary>
    public PathTraversalException(string message)
        : base(message)
    {
    }
}
