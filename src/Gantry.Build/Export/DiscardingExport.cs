using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Export;

/// <summary>To nowhere: the build shows that it works, and what it made is not kept.</summary>
public sealed class DiscardingExport : IImageExport
{
    public IContentStore Store { get; } = new Nowhere();

    public ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Says that it has everything, so that nothing is brought.</summary>
    private sealed class Nowhere : IContentStore
    {
        public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => new(true);

        public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) => throw new ContentNotFoundException(target.Digest.ToString());

        public ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default) => ValueTask.CompletedTask;
    }
}
