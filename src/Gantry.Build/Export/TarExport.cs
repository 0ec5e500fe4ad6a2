using Gantry.Client.Content;

namespace Gantry.Build.Export;

/// <summary>To a tar of the root file system, layers laid over one another. Several platforms are folders in it.</summary>
/// <param name="file">The tar, replaced where it is there; or a link, a device or a pipe, which stays.</param>
public sealed class TarExport(string file) : IImageExport
{
    private readonly StagedLayout _staged = StagedLayout.ForFile(file);

    public IContentStore Store => _staged;

    public async ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct)
    {
        var entries = await RootFileSystem.ReadAsync(_staged, image, Path.Join(_staged.Folder, "files"), ct).ConfigureAwait(false);
        await PlainTar.WriteAsync(file, entries, ct).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _staged.DisposeAsync();
}
