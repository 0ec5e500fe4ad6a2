using System.Buffers;
using Gantry.Build.Context;
using Gantry.Build.Layers;
using Gantry.Client.Files;

namespace Gantry.Build.Export;

/// <summary>Plain tar files, written where <see cref="FileOutput"/> writes them.</summary>
internal static class PlainTar
{
    private const int CopyBlock = 256 * 1024;

    /// <summary>Everything in a folder of ours, under one owner, mode and time.</summary>
    public static IEnumerable<LayerEntry> EntriesOf(string folder, CancellationToken ct) =>
        FolderContext.Read(folder, IgnoreRules.None, ct).Tree.Entries
            .Select(entry => entry with { Mode = entry.Type == EntryType.Folder ? Permissions.Folder : Permissions.File });

    /// <exception cref="IOException">The file cannot be written, or what goes into it changed.</exception>
    public static ValueTask WriteAsync(string path, IEnumerable<LayerEntry> entries, CancellationToken ct) => FileOutput.WriteAsync(path, async (output, token) =>
    {
        // Headers are small, and a pipe takes every write as it comes.
        var tar = new BufferedStream(output, CopyBlock);
        await using var _ = tar.ConfigureAwait(false);
        foreach (var entry in entries)
            await WriteEntryAsync(entry, tar, token).ConfigureAwait(false);
        await tar.WriteAsync(new byte[2 * TarFormat.BlockBytes], token).ConfigureAwait(false);
    }, ct);

    private static async ValueTask WriteEntryAsync(LayerEntry entry, BufferedStream tar, CancellationToken ct)
    {
        await tar.WriteAsync(TarHeaderWriter.Write(entry), ct).ConfigureAwait(false);
        if (entry.Type != EntryType.File)
            return;
        var content = await entry.Content!.OpenAsync(ct).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            if (await CopyAsync(content, tar, ct).ConfigureAwait(false) != entry.Size)
                throw new IOException($"\"{Protocol.Printable.Of(entry.Path)}\" changed while it was written");
        }
        await tar.WriteAsync(new byte[TarFormat.Padding(entry.Size)], ct).ConfigureAwait(false);
    }

    /// <summary>Copies and counts: a pipe does not know its position.</summary>
    private static async ValueTask<long> CopyAsync(Stream content, BufferedStream tar, CancellationToken ct)
    {
        var block = ArrayPool<byte>.Shared.Rent(CopyBlock);
        try
        {
            var copied = 0L;
            int read;
            while ((read = await content.ReadAsync(block, ct).ConfigureAwait(false)) > 0)
            {
                await tar.WriteAsync(block.AsMemory(0, read), ct).ConfigureAwait(false);
                copied += read;
            }
            return copied;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
