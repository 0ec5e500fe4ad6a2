using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Content in memory: for tests, and for documents on their way somewhere.</summary>
public sealed class MemoryStore : ITarget, ITagSource, IReferrerSource, IContentDeleter
{
    public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<Descriptor?> ResolveAsync(string reference, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask TagAsync(Descriptor manifest, string reference, CancellationToken ct = default) => throw new NotImplementedException();

    public IAsyncEnumerable<string> ListTagsAsync(string? last = null, CancellationToken ct = default) => throw new NotImplementedException();

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Descriptor subject, MediaType? artifactType = null, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<bool> DeleteAsync(Descriptor target, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<bool> UntagAsync(string tag, CancellationToken ct = default) => throw new NotImplementedException();
}
