using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Layout;

/// <summary>A repository of docker-registry: what it has links to, and nothing else of the store.</summary>
internal sealed class DockerRepositoryContent(StoreFiles files, string folder) : IContentSource
{
    public string Revisions => $"{folder}/_manifests/revisions";

    public string Tags => $"{folder}/_manifests/tags";

    /// <exception cref="OciFormatException">The link names another digest, or none.</exception>
    public bool HasManifest(Digest digest) => HasLink($"{Revisions}/{digest.Algorithm.Name}/{digest.Hex}/link", digest);

    /// <summary>Whether the repository says that it has a manifest: then not to have it is a loss.</summary>
    public bool IsLost(Digest digest)
    {
        try
        {
            return !HasManifest(digest) || files.Length(PathOf(digest)) is not > 0;
        }
        catch (OciFormatException)
        {
            return true;
        }
    }

    public async ValueTask<byte[]> ReadManifestAsync(Digest digest, CancellationToken ct)
    {
        var length = files.Length(PathOf(digest)) ?? throw new ContentNotFoundException($"the bytes of {digest}");
        if (length > OciLimits.Default.ManifestBytes)
            throw new OciFormatException($"{digest} has {length} bytes, a manifest at most {OciLimits.Default.ManifestBytes}");
        var bytes = new byte[length];
        var file = files.Open(PathOf(digest), length);
        await using var _ = file.ConfigureAwait(false);
        await file.ReadExactlyAsync(bytes, ct).ConfigureAwait(false);
        return bytes;
    }

    public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => new(Find(target) == target.Size);

    public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default)
    {
        var length = Find(target) ?? throw new ContentNotFoundException(target.Digest.ToString());
        return length == target.Size
            ? new(new VerifyingStream(files.Open(PathOf(target.Digest), length), target))
            : throw new ContentMismatchException(target.Size, length);
    }

    private long? Find(Descriptor target)
    {
        var isLinked = target.MediaType.IsManifest ? HasManifest(target.Digest) : HasLink($"{folder}/_layers/{target.Digest.Algorithm.Name}/{target.Digest.Hex}/link", target.Digest);
        return isLinked ? files.Length(PathOf(target.Digest)) : null;
    }

    private bool HasLink(string path, Digest digest) => files.ReadLink(path) switch
    {
        null => false,
        { } named when named == digest => true,
        _ => throw new OciFormatException($"{path} names another digest"),
    };

    /// <summary>A digest is checked when it is parsed, so it holds no separator and no dots.</summary>
    private static string PathOf(Digest digest)
    {
        var hex = digest.Hex;
        return $"blobs/{digest.Algorithm.Name}/{hex[..2]}/{hex}/data";
    }
}
