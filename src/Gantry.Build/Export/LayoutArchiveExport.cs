using Gantry.Client.Content;
using Gantry.Protocol.Naming;

namespace Gantry.Build.Export;

/// <summary>To a tar of the OCI image layout, as <c>oci-archive</c> readers take it.</summary>
/// <param name="file">The tar, replaced where it is there; or a link, a device or a pipe, which stays.</param>
/// <param name="names">Names in its index, under their tags; of two with one tag the first counts. None lists the image without one.</param>
public sealed class LayoutArchiveExport(string file, IReadOnlyList<Reference> names) : IImageExport
{
    private readonly StagedLayout _staged = StagedLayout.ForFile(file);

    public IContentStore Store => _staged;

    public async ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct)
    {
        var layout = await _staged.LayoutAsync(ct).ConfigureAwait(false);
        await StagedLayout.NameAsync(layout, image.Root.Descriptor, names, ct).ConfigureAwait(false);
        _staged.Finish();
        await PlainTar.WriteAsync(file, PlainTar.EntriesOf(_staged.Folder, ct), ct).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _staged.DisposeAsync();
}
