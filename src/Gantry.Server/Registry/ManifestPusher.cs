using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Registry;

/// <summary>Brings a manifest into a repository.</summary>
/// <remarks><code>
///   body ──(1) which type?──(2) its digest?──(3) parse──(4) what it names is there──(5) platform──(6) commit──► manifest and tags
/// </code>
/// Nothing is written before step 6, which is one transaction: it judges the locks and the writer's condition, and looks again at what must be there.
/// </remarks>
public sealed class ManifestPusher(IMetadataStore metadata, IBlobDriver driver, RegistryLimits limits, TimeProvider time)
{
    // An error body stays within the 8 KiB that clients read, also where a thousand layers are missing.
    private const int MaxReportedMissing = 16;

    /// <exception cref="RegistryException">The document is not a manifest, is not what its digest says, names what is not there, or a lock forbids it.</exception>
    public async ValueTask<PushedManifest> PushAsync(ManifestPush push, CancellationToken ct)
    {
        if (push.Bytes.Length > limits.MaxManifestBytes)
            throw new RegistryException(ErrorCode.ManifestTooLarge, $"this registry takes manifests of at most {limits.MaxManifestBytes} bytes");

        // (1) The header rules; a document's own word must agree with it.
        var mediaType = push.MediaType ?? ManifestSniffer.Guess(push.Bytes.Span, limits);

        // (2) Before anything is parsed: bytes under a wrong name are not worth reading.
        if (push.Digest is { } claimed)
            Refusal.DemandStorable(claimed.Algorithm);
        var digest = Digest.Of(push.Digest?.Algorithm ?? DigestAlgorithm.Sha256, push.Bytes.Span);
        if (push.Digest is { } expected && expected != digest)
            throw new RegistryException(ErrorCode.DigestInvalid, $"the manifest has digest {digest}, not {expected}");

        // (3) What two clients could read differently is read by none.
        var manifest = Parse(push.Bytes, mediaType);

        // (4) Sizes are compared here: for one digest they never change, so no transaction is needed.
        var (blobs, awaited) = await CheckBlobsAsync(push.Repository, manifest, ct);

        // (5) Only of a blob that the repository has: the platform of another's config is nobody's business.
        var platform = await ImagePlatform.ReadAsync(driver, manifest, blobs, limits, ct);

        // (6) One transaction.
        var content = new ManifestContent(push.Bytes, new Descriptor { MediaType = mediaType, Digest = digest, Size = push.Bytes.Length });
        var demanded = await FindChildrenAsync(push.Repository, manifest, ct);
        var result = await metadata.CommitManifestAsync(
            ManifestCommit.Of(push.Repository, content, manifest, time.GetUtcNow()) with
            {
                Tags = push.Tags,
                Condition = push.Condition,
                Blobs = blobs,
                Awaited = awaited,
                Manifests = demanded,
                Architecture = platform.Architecture,
                Os = platform.Os,
            },
            ct);
        return result.Outcome switch
        {
            CommitOutcome.Done => new PushedManifest(digest, mediaType, manifest.Subject?.Digest),
            CommitOutcome.Locked => throw Refusal.Locked(),
            CommitOutcome.ConditionFailed => throw Refusal.ConditionFailed(),
            _ => throw Missing(result.Missing),
        };
    }

    private Manifest Parse(ReadOnlyMemory<byte> bytes, MediaType mediaType)
    {
        try
        {
            return Manifest.Parse(bytes, mediaType, limits.ForManifests());
        }
        catch (OciFormatException e)
        {
            throw new RegistryException(ErrorCode.ManifestInvalid, $"manifest invalid: {e.Message}");
        }
    }

    /// <summary>The blobs that must be linked at the commit.</summary>
    /// <remarks>
    /// In a sparse registry those that are there, for they must not be deleted under the manifest, and apart those that may come later.
    /// Layers that may not be distributed are never demanded; those that somebody has pushed all the same are kept like any other.
    /// </remarks>
    private async ValueTask<(IReadOnlyList<Descriptor> Present, IReadOnlyList<Digest> Awaited)> CheckBlobsAsync(RepositoryKey repository, Manifest manifest, CancellationToken ct)
    {
        var present = new List<Descriptor>();
        var missing = new List<Descriptor>();
        var optional = new List<Digest>();
        var seen = new Dictionary<Digest, long>();
        foreach (var blob in manifest.Blobs)
        {
            if (blob.MediaType.IsNonDistributable)
            {
                optional.Add(blob.Digest);
                continue;
            }
            if (!seen.TryGetValue(blob.Digest, out var size))
            {
                size = await metadata.FindBlobAsync(repository, blob.Digest, ct) ?? -1;
                seen.Add(blob.Digest, size);
                (size < 0 ? missing : present).Add(blob);
            }
            if (size >= 0 && size != blob.Size)
                throw new RegistryException(ErrorCode.ManifestInvalid, $"manifest invalid: {blob.Digest} is said to have {blob.Size} bytes and has {size}");
        }
        return missing.Count == 0 || limits.AllowSparse
            ? (present, [.. missing.Select(blob => blob.Digest).Concat(optional).Distinct()])
            : throw Missing(missing);
    }

    /// <summary>The manifests that must be there at the commit, which names those that are missing. In a sparse registry those that are there now.</summary>
    private async ValueTask<IReadOnlyList<Descriptor>> FindChildrenAsync(RepositoryKey repository, Manifest manifest, CancellationToken ct)
    {
        var demanded = new List<Descriptor>();
        var seen = new Dictionary<Digest, Descriptor?>();
        foreach (var child in manifest.Manifests)
        {
            if (!seen.TryGetValue(child.Digest, out var known))
            {
                known = (await metadata.FindManifestRecordAsync(repository, child.Digest, ct))?.Descriptor;
                seen.Add(child.Digest, known);
                if (known is not null || !limits.AllowSparse)
                    demanded.Add(child);
            }
            if (known is null)
                continue;
            if (known.Size != child.Size)
                throw new RegistryException(ErrorCode.ManifestInvalid, $"manifest invalid: {child.Digest} is said to have {child.Size} bytes and has {known.Size}");
            if (known.MediaType != child.MediaType)
                throw new RegistryException(ErrorCode.ManifestInvalid, $"manifest invalid: {child.Digest} is said to be {child.MediaType} and is {known.MediaType}");
        }
        return demanded;
    }

    private static RegistryException Missing(IReadOnlyList<Descriptor> missing) =>
        new(ErrorCode.ManifestBlobUnknown.Status,
        [
            .. missing.Take(MaxReportedMissing).Select(blob => new RegistryError(ErrorCode.ManifestBlobUnknown,
                $"the manifest names {blob.Digest}, which this repository does not have", $$"""{"digest":"{{blob.Digest}}"}""")),
        ]);
}
