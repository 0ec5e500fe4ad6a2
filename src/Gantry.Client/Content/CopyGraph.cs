using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Copies a manifest and everything it needs from one target to another: push, pull, copy, backup and restore are all this.</summary>
public static class CopyGraph
{
    /// <summary>Copies the graph below <paramref name="root"/>, successors first.</summary>
    public static ValueTask RunAsync(IContentSource source, IContentStore target, Descriptor root, CopyOptions options, CancellationToken ct = default) =>
        throw new NotImplementedException();

    /// <summary>Resolves, copies and names.</summary>
    /// <param name="source">Where the artifact is.</param>
    /// <param name="sourceReference">Its tag or digest.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="targetReferences">Tags there; empty leaves it without a name.</param>
    /// <param name="options">How.</param>
    /// <param name="ct">Stops it; what was copied whole stays.</param>
    /// <returns>The root that was copied: with <see cref="CopyOptions.Platform"/> the platform's manifest.</returns>
    /// <exception cref="ContentNotFoundException">The source has no such artifact, or no manifest of the platform.</exception>
    public static ValueTask<Descriptor> RunAsync(ITarget source, string sourceReference, ITarget target, IReadOnlyList<string> targetReferences, CopyOptions options, CancellationToken ct = default) =>
        throw new NotImplementedException();
}
