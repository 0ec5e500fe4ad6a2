using Gantry.Client.Content;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Remote;

/// <summary>A repository of a registry as a target.</summary>
public sealed class RemoteRepository : ITarget, IReferencePusher, IBlobMounter, IReferrerSource, ITagSource, IContentDeleter
{
    internal RemoteRepository(RegistryClient client, RepositoryName name)
    {
        Client = client;
        Name = name;
    }

    public RegistryClient Client { get; }

    public RepositoryName Name { get; }

    /// <summary>Media types offered when a manifest is resolved or fetched by tag; null for all that are known.</summary>
    public IReadOnlyList<MediaType>? Accept { get; init; }

    public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask PushAsync(Descriptor expected, Stream content, string reference, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>The manifest that a tag or digest names; null where there is none.</summary>
    public ValueTask<Descriptor?> ResolveAsync(string reference, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>A manifest by tag or digest in one request; null where there is none.</summary>
    public ValueTask<ManifestContent?> FetchManifestAsync(string reference, OciLimits limits, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>Size of a blob; null where there is none.</summary>
    public ValueTask<Descriptor?> ResolveBlobAsync(Digest digest, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask TagAsync(Descriptor manifest, string reference, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<bool> MountAsync(Descriptor blob, RepositoryName from, CancellationToken ct = default) => throw new NotImplementedException();

    public IAsyncEnumerable<string> ListTagsAsync(string? last = null, CancellationToken ct = default) => throw new NotImplementedException();

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Descriptor subject, MediaType? artifactType = null, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<bool> DeleteAsync(Descriptor target, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<bool> UntagAsync(string tag, CancellationToken ct = default) => throw new NotImplementedException();
}
