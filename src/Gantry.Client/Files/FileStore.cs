using System.Buffers;
using System.Collections.Concurrent;
using Gantry.Client.Content;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Files;

/// <summary>Files and folders of a disk as content: what is pushed from here is named by path, what is pulled to here is written to the path of its title.</summary>
/// <remarks>Content without a title (manifests, configs) stays in memory within a bound. Dispose removes temporary files.</remarks>
public sealed partial class FileStore(FileStoreOptions options) : ITarget, IContentRestorer, IAsyncDisposable
{
    private const int HashBlock = 1024 * 1024;

    private readonly MemoryStore _unnamed = new();
    private readonly ConcurrentDictionary<Digest, string> _paths = new();
    private readonly ConcurrentDictionary<string, string> _added = new(StringComparer.Ordinal);
    private readonly Lazy<string> _temporary = new(() => Directory.CreateTempSubdirectory("gantry-").FullName);

    /// <summary>The folder that titles are resolved against.</summary>
    public string Root { get; } = Path.GetFullPath(options.Root);

    /// <summary>Adds a file, or a folder as a gzipped tar, so that it can be pushed.</summary>
    /// <param name="path">Relative to <see cref="Root"/>, or absolute. <c>/dev/null</c>, and <c>NUL</c> where no file has that name, are empty content.</param>
    /// <param name="mediaType">Null for the default: a tar layer for files, a gzipped one for folders.</param>
    /// <param name="title">The title annotation; null for none.</param>
    /// <param name="ct">Cancels hashing and packing.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="InvalidOperationException">Something was added under that title before.</exception>
    public async ValueTask<Descriptor> AddAsync(string path, MediaType? mediaType, string? title, CancellationToken ct = default)
    {
        if (title is not null && !_added.TryAdd(title, path))
            throw new InvalidOperationException($"{Printable.Of(title)}: duplicate name");
        var full = Path.GetFullPath(path, Root);
        if (IsNull(path, full))
            return await AddEmptyAsync(mediaType ?? MediaTypes.ImageLayer, title, ct).ConfigureAwait(false);
        if (Directory.Exists(full))
            return await AddFolderAsync(full, mediaType ?? MediaTypes.ImageLayerGzip, title, ct).ConfigureAwait(false);
        if (!File.Exists(full))
            throw new FileNotFoundException($"{path}: no such file or folder", path);
        var (digest, size) = await HashAsync(full, ct).ConfigureAwait(false);
        // The same content under two titles is stored once.
        _paths.TryAdd(digest, full);
        return new Descriptor { MediaType = mediaType ?? MediaTypes.ImageLayer, Digest = digest, Size = size, Annotations = Titled(title) };
    }

    private static bool IsNull(string path, string full) =>
        path == "/dev/null" || path.Equals("NUL", StringComparison.OrdinalIgnoreCase) && (OperatingSystem.IsWindows() || !File.Exists(full));

    private async ValueTask<Descriptor> AddEmptyAsync(MediaType mediaType, string? title, CancellationToken ct)
    {
        var empty = Descriptor.Of(mediaType, []);
        await _unnamed.PushBytesAsync(empty, default, ct).ConfigureAwait(false);
        return empty with { Annotations = Titled(title) };
    }

    private async ValueTask<Descriptor> AddFolderAsync(string folder, MediaType mediaType, string? title, CancellationToken ct)
    {
        // A link to a folder stands for the folder: the link alone would be of no use to whoever pulls it.
        folder = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder;
        var packed = Path.Combine(_temporary.Value, Guid.NewGuid().ToString("n"));
        var file = new FileStream(packed, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 64 * 1024, FileOptions.Asynchronous);
        FolderPacker.Packed result;
        await using (file.ConfigureAwait(false))
            result = await FolderPacker.PackAsync(folder, title ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), file, ct).ConfigureAwait(false);

        if (!_paths.TryAdd(result.Gzip, packed))
            File.Delete(packed);
        var annotations = Titled(title) ?? new Dictionary<string, string>(StringComparer.Ordinal);
        annotations[Annotations.ContentDigest] = result.Tar.ToString();
        annotations[Annotations.ContentUnpack] = "true";
        return new Descriptor { MediaType = mediaType, Digest = result.Gzip, Size = result.GzipSize, Annotations = annotations };
    }

    private static Dictionary<string, string>? Titled(string? title) =>
        title is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { [Annotations.Title] = title };

    private static async ValueTask<(Digest Digest, long Size)> HashAsync(string path, CancellationToken ct)
    {
        using var hash = DigestAlgorithm.Sha256.CreateHash();
        var buffer = ArrayPool<byte>.Shared.Rent(HashBlock);
        try
        {
            var file = OpenRead(path);
            await using var _ = file.ConfigureAwait(false);
            long size = 0;
            while (await file.ReadAsync(buffer, ct).ConfigureAwait(false) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                size += read;
            }
            return (Digest.FromHash(DigestAlgorithm.Sha256, hash), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Where content of that digest lies on the disk.</summary>
    internal string? PathOf(Digest digest) => _paths.GetValueOrDefault(digest);

    private static FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Whether the content is here: for content with a title, whether it was written or added under that title.</summary>
    public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) =>
        target.Title is { } title && !_added.ContainsKey(title)
            ? new(_written.TryGetValue(title, out var digest) && digest == target.Digest)
            : _paths.ContainsKey(target.Digest) ? new(true) : _unnamed.ExistsAsync(target, ct);

    /// <summary>Opens content that was added or pulled. A folder that was pulled is unpacked and no longer there as one content.</summary>
    public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default)
    {
        if (!_paths.TryGetValue(target.Digest, out var path))
            return _unnamed.FetchAsync(target, ct);
        try
        {
            return new(new VerifyingStream(OpenRead(path), target));
        }
        catch (FileNotFoundException)
        {
            throw new ContentNotFoundException(path);
        }
    }

    /// <summary>A manifest that was pushed here, by its digest or a tag given here.</summary>
    public ValueTask<Descriptor?> ResolveAsync(string reference, CancellationToken ct = default) => _unnamed.ResolveAsync(reference, ct);

    public ValueTask TagAsync(Descriptor manifest, string reference, CancellationToken ct = default) => _unnamed.TagAsync(manifest, reference, ct);

    public ValueTask DisposeAsync()
    {
        if (_temporary.IsValueCreated && Directory.Exists(_temporary.Value))
            Directory.Delete(_temporary.Value, recursive: true);
        return default;
    }
}
