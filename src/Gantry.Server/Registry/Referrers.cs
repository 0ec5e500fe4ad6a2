using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;

namespace Gantry.Server.Registry;

/// <summary>Who refers to a manifest as its subject (distribution-spec, "Listing Referrers").</summary>
public sealed class Referrers(IMetadataStore metadata, RegistryLimits limits)
{
    // Of small manifests this many are in memory at once, however long the list is; of large ones as many as a page's bytes allow.
    private const int Batch = 16;

    /// <summary>A page of descriptors with the annotations of the manifests that they name; empty where nothing refers to the subject.</summary>
    /// <param name="repository">Where to look. It need not exist.</param>
    /// <param name="subject">The manifest referred to. It need not exist either.</param>
    /// <param name="artifactType">Lists only these; null for all.</param>
    /// <param name="page">After which digest, and how many at most.</param>
    /// <param name="ct">Stops between batches.</param>
    /// <returns>The page, and whether more follows.</returns>
    /// <exception cref="Protocol.Distribution.RegistryException">A lock forbids pulling from the repository.</exception>
    public async ValueTask<(IReadOnlyList<Descriptor> Page, bool More)> ListAsync(
        RepositoryKey repository, Digest subject, MediaType? artifactType, ListPage page, CancellationToken ct)
    {
        // The annotations are the manifests' content: what may not be pulled is not told here either.
        if (await metadata.FindRepositoryAsync(repository, ct) is { Attributes.ReadEnabled: false })
            throw Refusal.Locked();
        var descriptors = new List<Descriptor>();
        long bytes = 0;
        var last = page.Last;
        while (page.Limit > 0)
        {
            // One more than the page holds tells whether another follows.
            var wanted = Math.Min(Batch, page.Limit + 1 - descriptors.Count);
            var found = await metadata.ListReferrersAsync(
                repository, subject, artifactType, page with { Last = last, Limit = wanted }, limits.MaxReferrersBytes - bytes, ct);
            foreach (var content in found)
            {
                if (descriptors.Count == page.Limit || bytes > limits.MaxReferrersBytes)
                    return (descriptors, true);
                descriptors.Add(Describe(content));
                // The bytes of the manifest bound those of its annotations.
                bytes += content.Descriptor.Size;
            }
            // Fewer than wanted are the last, unless their bytes ended the batch.
            if (found.Count == 0 || (found.Count < wanted && bytes <= limits.MaxReferrersBytes))
                break;
            last = found[^1].Descriptor.Digest.ToString();
        }
        return (descriptors, false);
    }

    private static Descriptor Describe(ManifestContent content)
    {
        var manifest = new StoredManifest(content, ReadEnabled: true).Verified().Content.Parse(RegistryLimits.ForStored);
        return content.Descriptor.Bare() with { ArtifactType = manifest.EffectiveArtifactType, Annotations = manifest.Annotations };
    }
}
