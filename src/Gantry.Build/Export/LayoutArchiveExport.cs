using Gantry.Client.Content;

namespace Gantry.Build.Export;

/// <summary>To a tar of the OCI image layout, as <c>oci-archive</c> readers take it.</summary>
/// <param name="file">The tar; replaced where it is there.</param>
/// <param name="tags">Names in its index; none lists the image without one.</param>
public sealed class LayoutArchiveExport(string file, IReadOnlyList<string> tags) : IImageExport
{
    private readonly StagedLayout _staged = new(file);

    public IContentStore Store => _staged;

    public async ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct)
    {
        var layout = await _staged.LayoutAsync(ct).ConfigureAwait(false);
        foreach (var tag in tags)
            await layout.TagAsync(image.Root.Descriptor, tag, ct).ConfigureAwait(false);
        _staged.Finish();
        await PlainTar.WriteAsync(file, PlainTar.EntriesOf(_staged.Folder, ct), ct).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _staged.DisposeAsync();
}
