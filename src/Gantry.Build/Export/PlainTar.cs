using Gantry.Build.Context;
using Gantry.Build.Layers;

namespace Gantry.Build.Export;

/// <summary>Plain tar files, written under another name first.</summary>
internal static class PlainTar
{
    /// <summary>Everything in a folder of ours, under one owner, mode and time.</summary>
    public static IEnumerable<LayerEntry> EntriesOf(string folder, CancellationToken ct) =>
        FolderContext.Read(folder, IgnoreRules.None, ct).Tree.Entries
            .Select(entry => entry with { Mode = entry.Type == EntryType.Folder ? Permissions.Folder : Permissions.File });

    /// <exception cref="IOException">The file cannot be written, or what goes into it changed.</exception>
    public static async ValueTask WriteAsync(string path, IEnumerable<LayerEntry> entries, CancellationToken ct)
    {
        var temporary = StagedLayout.Beside(path);
        try
        {
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1024 * 1024, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                foreach (var entry in entries)
                    await WriteEntryAsync(entry, file, ct).ConfigureAwait(false);
                await file.WriteAsync(new byte[2 * TarFormat.BlockBytes], ct).ConfigureAwait(false);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static async ValueTask WriteEntryAsync(LayerEntry entry, FileStream tar, CancellationToken ct)
    {
        await tar.WriteAsync(TarHeaderWriter.Write(entry), ct).ConfigureAwait(false);
        if (entry.Type != EntryType.File)
            return;
        var start = tar.Position;
        var content = await entry.Content!.OpenAsync(ct).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            await content.CopyToAsync(tar, 256 * 1024, ct).ConfigureAwait(false);
        if (tar.Position - start != entry.Size)
            throw new IOException($"\"{Protocol.Printable.Of(entry.Path)}\" changed while it was written");
        await tar.WriteAsync(new byte[TarFormat.Padding(entry.Size)], ct).ConfigureAwait(false);
    }
}
