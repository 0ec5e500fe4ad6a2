using System.Formats.Tar;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Layout;

/// <summary>An OCI image layout in a tar archive, which is only read and never unpacked: its entries are looked up once, its blobs read where they lie.</summary>
/// <remarks>Links in the archive are no content. Of two entries of one name the last counts, as for tar.</remarks>
public sealed class LayoutArchive : IContentSource
{
    private const int IndexBytes = 32 * 1024 * 1024;
    private const int MaxEntries = 1_000_000;

    private readonly string _file;
    private readonly Dictionary<string, (long Offset, long Length)> _entries = new(StringComparer.Ordinal);

    private LayoutArchive(string file) => _file = file;

    /// <summary>What the layout's index lists, in its order, with its annotations.</summary>
    public IReadOnlyList<Descriptor> Entries { get; private set; } = [];

    /// <exception cref="OciFormatException">The file is no such archive.</exception>
    public static async ValueTask<LayoutArchive> OpenAsync(string file, CancellationToken ct = default)
    {
        var archive = new LayoutArchive(Path.GetFullPath(file));
        try
        {
            await archive.ScanAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw new OciFormatException($"{file} is no tar archive: {e.Message}", e);
        }
        if (!archive._entries.ContainsKey("oci-layout") || archive._entries.GetValueOrDefault("index.json") is not (_, > 0 and <= IndexBytes) index)
            throw new OciFormatException($"{file} holds no OCI layout: oci-layout and index.json are its first files");
        var bytes = new byte[index.Length];
        var stream = archive.Open(index);
        await using (stream.ConfigureAwait(false))
            await stream.ReadExactlyAsync(bytes, ct).ConfigureAwait(false);
        archive.Entries = [.. ((ImageIndex)Manifest.Parse(bytes, MediaTypes.ImageIndex, new OciLimits { ManifestBytes = IndexBytes, Descriptors = 200_000 })).Entries];
        return archive;
    }

    public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) =>
        new(_entries.TryGetValue(NameOf(target.Digest), out var entry) && entry.Length == target.Size);

    public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default)
    {
        if (!_entries.TryGetValue(NameOf(target.Digest), out var entry))
            throw new ContentNotFoundException(target.Digest.ToString());
        return entry.Length == target.Size ? new(new VerifyingStream(Open(entry), target)) : throw new ContentMismatchException(target.Size, entry.Length);
    }

    private async ValueTask ScanAsync(CancellationToken ct)
    {
        var stream = OpenFile();
        await using var _ = stream.ConfigureAwait(false);
        if (stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B)
            throw new OciFormatException($"{_file} is compressed: its blobs cannot be read where they lie. Unpack it with gunzip first");
        stream.Position = 0;
        using var tar = new TarReader(stream, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, ct).ConfigureAwait(false) is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.DataOffset < 0)
                continue;
            var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
            _entries[name] = (entry.DataOffset, entry.Length);
            if (_entries.Count > MaxEntries)
                throw new OciFormatException($"{_file} has more than {MaxEntries} files");
        }
    }

    private FileStream OpenFile() => new(_file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);

    private RangeStream Open((long Offset, long Length) entry)
    {
        var stream = OpenFile();
        stream.Position = entry.Offset;
        return new RangeStream(stream, entry.Length);
    }

    private static string NameOf(Digest digest) => $"blobs/{digest.Algorithm.Name}/{digest.Hex}";

    /// <summary>The next so many bytes of a file.</summary>
    private sealed class RangeStream(FileStream inner, long left) : ReadOnlyStream
    {
        private long _left = left;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken).ConfigureAwait(false);
            _left -= read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
