using System.Text.Json;
using System.Threading.Channels;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Layout;

/// <summary>The files of a layout.</summary>
/// <remarks><code>
///   oci-layout                 {"imageLayoutVersion":"1.0.0"}
///   index.json                 replaced whole by rename, under the lock
///   blobs/ALGORITHM/HEX        appear whole and verified, by rename
///   ingest/…                   what is not finished; index.lock, which holds no bytes
/// </code>
/// A link in place of any of these is refused: a layout is often somebody else's archive, and its files lie inside its folder.
/// </remarks>
internal sealed class LayoutFolder(string folder)
{
    private const string Version = "1.0.0";
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(15);

    /// <summary>About a hundred thousand tags.</summary>
    private static readonly OciLimits IndexLimits = new() { ManifestBytes = 32 * 1024 * 1024, Descriptors = 200_000 };

    /// <summary>Writers of this process take turns here, in order and without polling; the file lock is for the others. A full channel is a taken turn.</summary>
    private readonly Channel<bool> _turn = Channel.CreateBounded<bool>(1);

    private string IndexPath => Path.Combine(folder, "index.json");

    private string MarkerPath => Path.Combine(folder, "oci-layout");

    private string IngestPath => Path.Combine(folder, "ingest");

    /// <exception cref="OciFormatException">The folder is no layout.</exception>
    public async ValueTask OpenAsync(bool create, CancellationToken ct)
    {
        if (!File.Exists(MarkerPath))
        {
            if (!create || File.Exists(IndexPath))
                throw new OciFormatException($"{folder} is not an OCI layout: it has no file oci-layout");
            Directory.CreateDirectory(Path.Combine(folder, "blobs", DigestAlgorithm.Sha256.Name));
            await ReplaceAsync(MarkerPath, """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray(), ct).ConfigureAwait(false);
        }
        var marker = await ReadSmallAsync(MarkerPath, 4096, ct).ConfigureAwait(false);
        if (ReadVersion(marker) is not Version)
            throw new OciFormatException($"{folder} is not an OCI layout of version {Version}");
        foreach (var name in (ReadOnlySpan<string>)["blobs", Path.Combine("blobs", "sha256"), Path.Combine("blobs", "sha512"), "ingest"])
            RefuseLink(Path.Combine(folder, name));
        if (!File.Exists(IndexPath) && create)
            await ChangeAsync(index => (index, true), ct).ConfigureAwait(false);
        await ReadIndexAsync(ct).ConfigureAwait(false);
    }

    private static string? ReadVersion(byte[] marker)
    {
        try
        {
            using var document = JsonDocument.Parse(marker);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("imageLayoutVersion", out var version)
                && version.ValueKind == JsonValueKind.String ? version.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public async ValueTask<LayoutIndex> ReadIndexAsync(CancellationToken ct)
    {
        if (!File.Exists(IndexPath))
            return new LayoutIndex(new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [] });
        var bytes = await ReadSmallAsync(IndexPath, IndexLimits.ManifestBytes, ct).ConfigureAwait(false);
        return new LayoutIndex((ImageIndex)Manifest.Parse(bytes, MediaTypes.ImageIndex, IndexLimits));
    }

    /// <summary>Reads, changes and replaces the index while no other process does. The change returns null to leave it as it is.</summary>
    public async ValueTask<T> ChangeAsync<T>(Func<LayoutIndex, (LayoutIndex? Index, T Result)> change, CancellationToken ct)
    {
        await _turn.Writer.WriteAsync(true, ct).ConfigureAwait(false);
        try
        {
            var held = await LockAsync(ct).ConfigureAwait(false);
            await using var _ = held.ConfigureAwait(false);
            var before = await ReadIndexAsync(ct).ConfigureAwait(false);
            var (after, result) = change(before);
            if (after is not null)
                await ReplaceAsync(IndexPath, after.Document.ToJson(), ct).ConfigureAwait(false);
            return result;
        }
        finally
        {
            _turn.Reader.TryRead(out _);
        }
    }

    /// <summary>The file stays: removing it would let two processes hold locks on two files of one name. The operating system frees it when a process dies.</summary>
    private async ValueTask<FileStream> LockAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(IngestPath);
        var path = Path.Combine(IngestPath, "index.lock");
        RefuseLink(path);
        for (var waited = TimeSpan.Zero; ; waited += LockPause)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException) when (waited < LockPatience)
            {
                await Task.Delay(LockPause, TimeProvider.System, ct).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask ReplaceAsync(string path, byte[] bytes, CancellationToken ct)
    {
        var temporary = NewTemporary();
        try
        {
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(bytes, ct).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Whether a file of that digest and length is there. Its bytes are not read for this, only when they are fetched.</summary>
    public bool Has(Descriptor blob) => Length(blob.Digest) == blob.Size;

    /// <summary>Bytes of a blob; null where there is none.</summary>
    public long? Length(Digest digest)
    {
        var file = new FileInfo(BlobPath(digest));
        if (!file.Exists)
            return null;
        RefuseLink(file.FullName);
        return file.Length;
    }

    public Stream OpenBlob(Descriptor blob)
    {
        var length = Length(blob.Digest) ?? throw new ContentNotFoundException(blob.Digest.ToString());
        if (length != blob.Size)
            throw new ContentMismatchException(blob.Size, length);
        // Nothing is opened for nothing: what says it is empty might be a pipe.
        return blob.Size == 0
            ? new VerifyingStream(Stream.Null, blob)
            : new VerifyingStream(new FileStream(BlobPath(blob.Digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan), blob);
    }

    /// <summary>Takes a blob in. It appears when all of it came and its digest is right.</summary>
    public async ValueTask IngestAsync(Descriptor expected, Stream content, CancellationToken ct)
    {
        var temporary = NewTemporary();
        try
        {
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                var verifying = new VerifyingStream(content, expected, leaveOpen: true);
                await using var _ = verifying.ConfigureAwait(false);
                await verifying.CopyToAsync(file, CopyBlock, ct).ConfigureAwait(false);
                // The index is flushed when it names a blob, so the blob's bytes go first.
                file.Flush(flushToDisk: true);
            }
            var path = BlobPath(expected.Digest);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public bool DeleteBlob(Digest digest)
    {
        var path = BlobPath(digest);
        if (!File.Exists(path))
            return false;
        File.Delete(path);
        return true;
    }

    private const int CopyBlock = 1024 * 1024;

    /// <summary>A digest is checked when it is parsed, so it holds no separator and no dots.</summary>
    private string BlobPath(Digest digest) => Path.Combine(folder, "blobs", digest.Algorithm.Name, digest.Hex.ToString());

    private string NewTemporary()
    {
        Directory.CreateDirectory(IngestPath);
        return Path.Combine(IngestPath, Guid.NewGuid().ToString("n"));
    }

    private static async ValueTask<byte[]> ReadSmallAsync(string path, int limit, CancellationToken ct)
    {
        RefuseLink(path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
        await using var _ = file.ConfigureAwait(false);
        if (file.Length > limit)
            throw new OciFormatException($"{path} has {file.Length} bytes, the limit is {limit}");
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, ct).ConfigureAwait(false);
        return bytes;
    }

    private static void RefuseLink(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
            throw new OciFormatException($"{path} is a link; the files of a layout lie inside its folder");
    }
}
