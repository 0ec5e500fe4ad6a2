using Gantry.Build.Layers;
using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Protocol;

namespace Gantry.Build.Export;

/// <summary>To a folder with the root file system, layers laid over one another. Several platforms are folders in it.</summary>
/// <remarks>
/// Everything belongs to who builds, and devices and pipes are left out, with a line in the log: owners and devices need rights that a build has not.
/// A tar keeps both. Modes are kept without set-user and set-group, which would otherwise be the builder's.
/// </remarks>
/// <param name="folder">Made where it is missing, else merged into as docker does: new files replace old ones, folders merge, everything else stays. What is in the
/// way of a folder is refused before anything changes, and no link in it is followed.</param>
/// <param name="log">Told what was left out.</param>
public sealed class FolderExport(string folder, Action<string> log) : IImageExport
{
    private const int PlainBits = Permissions.All;
    private const int OwnerAll = 0b111_000_000;

    private readonly string _folder = StagedLayout.FollowLinks(folder);
    private readonly StagedLayout _staged = Stage(StagedLayout.FollowLinks(folder));

    public IContentStore Store => _staged;

    public async ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct)
    {
        FolderMerge.CheckFolder(_folder);
        var entries = await RootFileSystem.ReadAsync(_staged, image, Path.Join(_staged.Folder, "files"), ct).ConfigureAwait(false);

        // The root is new and links come last, so no path of an image can lead through a link of the image.
        var root = Path.Join(_staged.Folder, "root");
        Directory.CreateDirectory(root);
        foreach (var entry in entries)
            await PlaceAsync(entry, Path.Join(root, entry.Path), root, ct).ConfigureAwait(false);
        foreach (var link in entries.Where(entry => entry.Type == EntryType.SymbolicLink))
            File.CreateSymbolicLink(Path.Join(root, link.Path), link.LinkTarget);
        foreach (var inner in entries.Where(entry => entry.Type == EntryType.Folder).Reverse())
            Finish(inner, Path.Join(root, inner.Path), OwnerAll);

        FolderMerge.Check(root, _folder, keepOldFiles: false);
        FolderMerge.Move(root, _folder);
    }

    public ValueTask DisposeAsync() => _staged.DisposeAsync();

    private static StagedLayout Stage(string folder) => Directory.Exists(folder) ? StagedLayout.Within(folder) : StagedLayout.Beside(folder);

    private async ValueTask PlaceAsync(LayerEntry entry, string path, string root, CancellationToken ct)
    {
        switch (entry.Type)
        {
            case EntryType.Folder:
                Directory.CreateDirectory(path);
                break;
            case EntryType.File:
                await WriteAsync(entry, path, ct).ConfigureAwait(false);
                Finish(entry, path, extraBits: 0);
                break;
            case EntryType.HardLink:
                HardLinks.Make(Path.Join(root, entry.LinkTarget), path);
                break;
            case EntryType.SymbolicLink:
                break;
            default:
                log($"[Warning] \"/{Printable.Of(entry.Path)}\" is a device or pipe and was left out");
                break;
        }
    }

    private static async ValueTask WriteAsync(LayerEntry entry, string path, CancellationToken ct)
    {
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await using var _ = file.ConfigureAwait(false);
        var content = await entry.Content!.OpenAsync(ct).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            await content.CopyToAsync(file, 256 * 1024, ct).ConfigureAwait(false);
    }

    /// <summary>Mode and time, when nothing is written any more. The builder may always enter its own folders.</summary>
    private static void Finish(LayerEntry entry, string path, int extraBits)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)((entry.Mode & PlainBits) | extraBits));
        var modified = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(entry.Modified, 0, uint.MaxValue)).UtcDateTime;
        if (entry.Type == EntryType.Folder)
            Directory.SetLastWriteTimeUtc(path, modified);
        else
            File.SetLastWriteTimeUtc(path, modified);
    }
}
