using Gantry.Build.Layers;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>The files of a base's layer: first its entries alone, later the bytes of those that are copied, in one pass for all of them.</summary>
/// <remarks>A layer is read from its source at most once: the compressed bytes are kept in the build's work folder.</remarks>
public sealed class LayerFiles(IContentSource source, Descriptor layer, string workFolder, TarLimits limits, DiskBudget disk)
{
    private readonly string _blob = Path.Join(workFolder, $"base-{layer.Digest.Hex}");
    private readonly string _spool = Path.Join(workFolder, $"files-{layer.Digest.Hex}");
    private readonly HashSet<int> _spooled = [];
    private List<LayerEntry>? _entries;

    /// <summary>Every entry of the layer. Files know where their bytes are, and open only after <see cref="PrepareAsync"/>.</summary>
    public async ValueTask<IReadOnlyList<LayerEntry>> ReadEntriesAsync(CancellationToken ct)
    {
        // Each stage that stands on the image asks again.
        if (_entries is not null)
            return _entries;
        var entries = new List<LayerEntry>();
        await ForEachAsync((entry, _) =>
        {
            entries.Add(entry.Type == EntryType.File ? entry with { Content = new SpooledFile(this, entries.Count) } : entry);
            return ValueTask.CompletedTask;
        }, ct).ConfigureAwait(false);
        return _entries = entries;
    }

    /// <summary>Writes the bytes of the chosen files to the work folder.</summary>
    public static async ValueTask PrepareAsync(IEnumerable<LayerEntry> entries, CancellationToken ct)
    {
        foreach (var group in entries.Select(entry => entry.Content).OfType<SpooledFile>().GroupBy(file => file.Layer))
            await group.Key.SpoolAsync([.. group.Select(file => file.Ordinal)], ct).ConfigureAwait(false);
    }

    private async ValueTask SpoolAsync(HashSet<int> ordinals, CancellationToken ct)
    {
        ordinals.ExceptWith(_spooled);
        if (ordinals.Count == 0)
            return;
        Directory.CreateDirectory(_spool);
        var at = 0;
        await ForEachAsync(async (entry, content) =>
        {
            var ordinal = at++;
            if (!ordinals.Contains(ordinal))
                return;
            disk.Take(entry.Size);
            var file = new FileStream(SpoolPath(ordinal), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
            await using (file.ConfigureAwait(false))
                await content.CopyToAsync(file, 256 * 1024, ct).ConfigureAwait(false);
            _spooled.Add(ordinal);
        }, ct).ConfigureAwait(false);
    }

    private string SpoolPath(int ordinal) => Path.Join(_spool, ordinal.ToString());

    private async ValueTask ForEachAsync(Func<LayerEntry, Stream, ValueTask> visit, CancellationToken ct)
    {
        var blob = await OpenBlobAsync(ct).ConfigureAwait(false);
        await using (blob.ConfigureAwait(false))
        {
            var tar = await BoundedArchive.OpenAsync(blob, limits, isVerified: true, ct).ConfigureAwait(false);
            await using (tar.ConfigureAwait(false))
            {
                var reader = new TarEntryReader(tar, limits);
                while (await reader.NextAsync(ct).ConfigureAwait(false) is { } entry)
                    await visit(entry, reader.Content).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<Stream> OpenBlobAsync(CancellationToken ct)
    {
        if (!File.Exists(_blob))
        {
            disk.Take(layer.Size);
            var partial = _blob + ".part";
            var content = await source.FetchAsync(layer, ct).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
                await using (file.ConfigureAwait(false))
                    await content.CopyToAsync(file, 256 * 1024, ct).ConfigureAwait(false);
            }
            File.Move(partial, _blob);
        }
        return new FileStream(_blob, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 256 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
    }

    private sealed class SpooledFile(LayerFiles layer, int ordinal) : IFileContent
    {
        public LayerFiles Layer => layer;

        public int Ordinal => ordinal;

        public async ValueTask<Stream> OpenAsync(CancellationToken ct)
        {
            await layer.SpoolAsync([ordinal], ct).ConfigureAwait(false);
            return await new DiskContent(layer.SpoolPath(ordinal)).OpenAsync(ct).ConfigureAwait(false);
        }
    }
}
