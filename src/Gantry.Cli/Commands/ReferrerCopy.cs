using Gantry.Cli.Options;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary>Copies what refers to a graph that was copied: to its root, to each manifest of an index in it, and to the referrers themselves.</summary>
/// <remarks><code>
///   manifest ──(1) an index? its manifests ──► queue
///            ──(2) its referrers ──(3) copied──► queue
/// </code></remarks>
internal sealed class ReferrerCopy(OpenTarget source, OpenTarget target, CopyOptions options)
{
    /// <summary>A registry could invent referrers of referrers without end.</summary>
    private const int MaxManifests = 10_000;

    private readonly Queue<Descriptor> _queue = new();
    private readonly HashSet<Digest> _seen = [];

    /// <exception cref="OciFormatException">There is no end of manifests.</exception>
    public async ValueTask RunAsync(Descriptor root, CancellationToken ct)
    {
        Enqueue(root);
        while (_queue.TryDequeue(out var manifest))
        {
            // (1)
            if (manifest.MediaType.IsIndex)
            {
                var bytes = await source.Target.FetchBytesAsync(manifest, options.Limits, ct);
                foreach (var child in Manifest.Parse(bytes, manifest.MediaType, options.Limits).Successors.Where(child => child.MediaType.IsManifest))
                    Enqueue(child);
            }

            // (2)
            await foreach (var referrer in ((IReferrerSource)source.Target).ListReferrersAsync(manifest, null, ct))
            {
                // (3)
                if (Enqueue(referrer))
                    await CopyGraph.RunAsync(source.Target, target.Target, referrer, options, ct);
            }
        }
    }

    /// <returns>False where it was met before.</returns>
    private bool Enqueue(Descriptor manifest)
    {
        if (!_seen.Add(manifest.Digest))
            return false;
        if (_seen.Count > MaxManifests)
            throw new OciFormatException($"more than {MaxManifests} manifests belong to the artifact");
        _queue.Enqueue(manifest);
        return true;
    }
}
