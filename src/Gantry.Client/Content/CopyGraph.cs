using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Copies a manifest and everything it needs from one target to another: push, pull, copy, backup and restore are all this.</summary>
/// <remarks>
/// Failures of a target arrive as <see cref="CopyException"/>, which says at which end; cancellation as itself.
/// The first failure stops what else runs, and every transfer has ended when the call returns.
/// </remarks>
public static class CopyGraph
{
    /// <summary>Copies the graph below <paramref name="root"/>, successors first.</summary>
    public static async ValueTask RunAsync(IContentSource source, IContentStore target, Descriptor root, CopyOptions options, CancellationToken ct = default)
    {
        using var run = new CopyRun(new ManifestCache(source, options.Limits), target, options);
        await run.CopyAsync(root, reference: null, ct).ConfigureAwait(false);
    }

    /// <summary>Resolves, copies and names.</summary>
    /// <param name="source">Where the artifact is.</param>
    /// <param name="sourceReference">Its tag or digest.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="targetReferences">Tags there; empty leaves it without a name.</param>
    /// <param name="options">How.</param>
    /// <param name="ct">Stops it; what was copied whole stays.</param>
    /// <returns>The root that was copied: with <see cref="CopyOptions.Platform"/> the platform's manifest.</returns>
    /// <exception cref="ContentNotFoundException">The source has no such artifact, or no manifest of the platform.</exception>
    public static async ValueTask<Descriptor> RunAsync(ITarget source, string sourceReference, ITarget target, IReadOnlyList<string> targetReferences, CopyOptions options, CancellationToken ct = default)
    {
        var manifests = new ManifestCache(source, options.Limits);
        var root = await AtAsync(CopySide.Source, () => manifests.ResolveAsync(source, sourceReference, ct), ct).ConfigureAwait(false)
            ?? throw new ContentNotFoundException(sourceReference);
        if (options.Platform is { } platform)
            root = await AtAsync(CopySide.Source, () => manifests.SelectPlatformAsync(root, platform, options.Limits, ct), ct).ConfigureAwait(false);

        using var run = new CopyRun(manifests, target, options);
        var named = await run.CopyAsync(root, targetReferences.Count > 0 ? targetReferences[0] : null, ct).ConfigureAwait(false);
        foreach (var reference in named ? targetReferences.Skip(1) : targetReferences)
            await AtAsync(CopySide.Destination, () => run.NameAsync(root, reference, ct), ct).ConfigureAwait(false);
        return root;
    }

    private static async ValueTask<T> AtAsync<T>(CopySide side, Func<ValueTask<T>> work, CancellationToken ct)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (ContentNotFoundException or CopyException) && !(e is OperationCanceledException && ct.IsCancellationRequested))
        {
            throw new CopyException(side, null, e);
        }
    }
}
