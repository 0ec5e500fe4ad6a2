using System.Collections.Concurrent;
using System.IO.Compression;
using Gantry.Client.Content;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Files;

public sealed partial class FileStore
{
    private readonly ConcurrentDictionary<string, Digest> _written = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Digest> _claimed = new(TitlePath.Comparer);
    private readonly List<PulledFile> _pulled = [];
    private readonly Lock _pulledLock = new();

    /// <summary>Files written by pulls so far, in the order they were finished.</summary>
    public IReadOnlyList<PulledFile> Pulled
    {
        get
        {
            lock (_pulledLock)
                return [.. _pulled];
        }
    }

    /// <summary>Writes titled content to its path; a file, or a folder where none is, appears there whole and verified, or not at all.</summary>
    /// <remarks>A folder that is there already takes in the new files one by one, after all of them were verified; only that last step can stop half way (<see cref="FolderMerge"/>).</remarks>
    /// <exception cref="PathTraversalException">The title, or an entry of the folder, leads outside.</exception>
    /// <exception cref="IOException">The path is taken: by an old file that is to be kept, by a folder, or, for a folder, by a file or link.</exception>
    /// <exception cref="InvalidOperationException">Another content was written under the same title, or content without a title is too large for memory.</exception>
    public async ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default)
    {
        if (expected.Title is not { } title)
        {
            if (expected.Size > options.UnnamedLimit)
                throw new InvalidOperationException($"{expected.Digest} has no title and {expected.Size} bytes; content without a title is kept in memory up to {options.UnnamedLimit} bytes");
            await _unnamed.PushAsync(expected, content, ct).ConfigureAwait(false);
            return;
        }
        var path = TitlePath.Resolve(Root, title, IsFolder(expected), options.AllowPathTraversal);
        if (Claim(path, expected.Digest, title))
            await ClaimedAsync(path, expected, content, ct).ConfigureAwait(false);
    }

    private static bool IsFolder(Descriptor titled) => titled.Annotations?.GetValueOrDefault(Annotations.ContentUnpack) == "true";

    /// <summary>False where the same content was written there already.</summary>
    private bool Claim(string path, Digest digest, string title)
    {
        var owner = _claimed.GetOrAdd(Path.TrimEndingDirectorySeparator(path), digest);
        if (owner != digest)
            throw new InvalidOperationException($"{Printable.Of(title)}: duplicate name");
        return !(_written.TryGetValue(title, out var written) && written == digest);
    }

    private async ValueTask ClaimedAsync(string path, Descriptor expected, Stream content, CancellationToken ct)
    {
        try
        {
            TitlePath.MakeParents(Root, path, expected.Title!, options.AllowPathTraversal);
            var isFolder = IsFolder(expected);
            if (isFolder)
                await UnpackAsync(path, expected, content, ct).ConfigureAwait(false);
            else
                await WriteAsync(path, expected, content, ct).ConfigureAwait(false);

            _written[expected.Title!] = expected.Digest;
            lock (_pulledLock)
                _pulled.Add(new PulledFile(isFolder ? Path.TrimEndingDirectorySeparator(path) + Path.DirectorySeparatorChar : path, expected));
        }
        catch
        {
            _claimed.TryRemove(new(Path.TrimEndingDirectorySeparator(path), expected.Digest));
            throw;
        }
    }

    private async ValueTask WriteAsync(string path, Descriptor expected, Stream content, CancellationToken ct)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
            throw new IOException($"{path} is a folder");
        RefuseOld(path);
        var temporary = TemporaryBeside(path);
        try
        {
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                var verifying = new VerifyingStream(content, expected, leaveOpen: true);
                await using var _ = verifying.ConfigureAwait(false);
                await verifying.CopyToAsync(file, HashBlock, ct).ConfigureAwait(false);
            }
            // Rename replaces a link of that name; it never writes to where the link leads.
            File.Move(temporary, path, overwrite: !options.KeepOldFiles);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        _paths[expected.Digest] = path;
    }

    private void RefuseOld(string path)
    {
        if (options.KeepOldFiles && (File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null))
            throw new IOException($"{path} exists, and old files are kept");
    }

    private static string TemporaryBeside(string path) =>
        Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path)) ?? path, $".gantry-{Guid.NewGuid():n}");

    /// <summary>Unpacks while the bytes arrive, into a folder beside the target that only takes its place when both digests, of the gzip and of the tar in it, are right.</summary>
    private async ValueTask UnpackAsync(string path, Descriptor expected, Stream content, CancellationToken ct)
    {
        FolderMerge.CheckFolder(path);
        var staged = TemporaryBeside(path == Root ? Path.Combine(path, "x") : path);
        try
        {
            Directory.CreateDirectory(staged);
            var extractor = new TarExtractor(staged, expected.Title!, options.UnpackLimitOf(expected.Size), options.UnpackEntriesOf(expected.Size));
            await ExtractAsync(extractor, expected, content, ct).ConfigureAwait(false);
            FolderMerge.Check(staged, path, options.KeepOldFiles);
            // Before the move, so that folders which were there already keep the mode and time that their owner gave them.
            extractor.FinishFolders();
            FolderMerge.Move(staged, path);
        }
        finally
        {
            if (Directory.Exists(staged))
                Directory.Delete(staged, recursive: true);
        }
    }

    private async ValueTask ExtractAsync(TarExtractor extractor, Descriptor expected, Stream content, CancellationToken ct)
    {
        var verifying = new VerifyingStream(content, expected, leaveOpen: true);
        await using var _ = verifying.ConfigureAwait(false);
        using (var tar = new HashingStream(new GZipStream(verifying, CompressionMode.Decompress, leaveOpen: true)) { Limit = options.UnpackLimitOf(expected.Size) })
        {
            await extractor.ExtractAsync(tar, ct).ConfigureAwait(false);
            // What follows the last entry belongs to both digests.
            await tar.CopyToAsync(Stream.Null, HashBlock, ct).ConfigureAwait(false);
            var actual = tar.TakeDigest();
            if (expected.Annotations!.GetValueOrDefault(Annotations.ContentDigest) is { } text && text != actual.ToString())
                throw new ContentMismatchException(Digest.TryParse(text, out var said) ? said : default, actual);
        }
        await verifying.CopyToAsync(Stream.Null, HashBlock, ct).ConfigureAwait(false);
    }

    /// <summary>Copies a file that was pulled under one title to another.</summary>
    public async ValueTask<bool> RestoreAsync(Descriptor titled, CancellationToken ct = default)
    {
        if (await ExistsAsync(titled, ct).ConfigureAwait(false))
            return true;
        if (IsFolder(titled) || !_paths.ContainsKey(titled.Digest))
            return false;
        var content = await FetchAsync(titled, ct).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        await PushAsync(titled, content, ct).ConfigureAwait(false);
        return true;
    }
}
