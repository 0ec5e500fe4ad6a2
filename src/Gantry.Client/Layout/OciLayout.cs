using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Layout;

/// <summary>A folder in the OCI image layout (image-spec image-layout.md).</summary>
public sealed class OciLayout : ITarget, ITagSource, IReferrerSource, IContentDeleter
{
    private OciLayout(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Opens a layout.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="create">Make an empty one where there is none; else that is an error.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="OciFormatException">The folder is no layout.</exception>
    public static ValueTask<OciLayout> OpenAsync(string folder, bool create, CancellationToken ct = default) => throw new NotImplementedException();

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
