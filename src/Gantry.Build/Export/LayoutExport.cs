using Gantry.Build.Execution;
using Gantry.Client.Content;
using Gantry.Client.Layout;
using Gantry.Protocol;
using Gantry.Protocol.Naming;

namespace Gantry.Build.Export;

/// <summary>To a folder in the OCI image layout. One that is there already keeps what it has and gains the image.</summary>
/// <param name="folder">The layout.</param>
/// <param name="names">Names in its index, under their tags; of two with one tag the first counts. None lists the image without one.</param>
public sealed class LayoutExport(string folder, IReadOnlyList<Reference> names) : IImageExport
{
    private readonly string _folder = StagedLayout.FollowLinks(folder);
    private readonly StagedLayout _staged = StagedLayout.Beside(StagedLayout.FollowLinks(folder));

    public IContentStore Store => _staged;

    public async ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct)
    {
        var layout = await _staged.LayoutAsync(ct).ConfigureAwait(false);
        if (Directory.Exists(_folder) && Directory.EnumerateFileSystemEntries(_folder).Any())
        {
            if (!File.Exists(Path.Join(_folder, "oci-layout")))
                throw new BuildException($"\"{Printable.Of(folder)}\" is there already and is no OCI layout");
            var existing = await OciLayout.OpenAsync(_folder, create: false, ct).ConfigureAwait(false);
            await CopyGraph.RunAsync(layout, existing, image.Root.Descriptor, CopyOptions.Default, ct).ConfigureAwait(false);
            await StagedLayout.NameAsync(existing, image.Root.Descriptor, names, ct).ConfigureAwait(false);
            return;
        }
        await StagedLayout.NameAsync(layout, image.Root.Descriptor, names, ct).ConfigureAwait(false);
        _staged.Finish();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder);
        Directory.Move(_staged.Folder, _folder);
    }

    public ValueTask DisposeAsync() => _staged.DisposeAsync();
}
