using Gantry.Build.Execution;
using Gantry.Client.Content;
using Gantry.Client.Layout;
using Gantry.Protocol;

namespace Gantry.Build.Export;

/// <summary>To a folder in the OCI image layout. One that is there already keeps what it has and gains the image.</summary>
/// <param name="folder">The layout.</param>
/// <param name="tags">Names in its index; none lists the image without one.</param>
public sealed class LayoutExport(string folder, IReadOnlyList<string> tags) : IImageExport
{
    private readonly StagedLayout _staged = new(folder);

    public IContentStore Store => _staged;

    public async ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct)
    {
        var layout = await _staged.LayoutAsync(ct).ConfigureAwait(false);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            if (!File.Exists(Path.Join(folder, "oci-layout")))
                throw new BuildException($"\"{Printable.Of(folder)}\" is there already and is no OCI layout");
            var existing = await OciLayout.OpenAsync(folder, create: false, ct).ConfigureAwait(false);
            await CopyGraph.RunAsync(layout, existing, image.Root.Descriptor, CopyOptions.Default, ct).ConfigureAwait(false);
            await TagAsync(existing, image, ct).ConfigureAwait(false);
            return;
        }
        await TagAsync(layout, image, ct).ConfigureAwait(false);
        _staged.Finish();
        if (Directory.Exists(folder))
            Directory.Delete(folder);
        Directory.Move(_staged.Folder, folder);
    }

    public ValueTask DisposeAsync() => _staged.DisposeAsync();

    private async ValueTask TagAsync(OciLayout layout, ImageBuildResult image, CancellationToken ct)
    {
        foreach (var tag in tags)
            await layout.TagAsync(image.Root.Descriptor, tag, ct).ConfigureAwait(false);
    }
}
