using System.Buffers;
using System.IO.Compression;
using System.Text;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Files;

/// <summary>Packs a folder into a gzipped tar as ORAS does, so that the tar's digest is the same (oras.md names it the content digest).</summary>
/// <remarks>
/// Entries come in the order of Go's filepath.Walk: each folder before what is in it, names sorted by their bytes. Owners are left out,
/// symbolic links are kept, hard links become files, pipes and devices are headers without content.
/// </remarks>
internal static class FolderPacker
{
    private const int CopyBlock = 1024 * 1024;

    /// <summary>Digests and size of what was packed.</summary>
    internal readonly record struct Packed(Digest Gzip, long GzipSize, Digest Tar);

    /// <summary>Packs in one pass over the disk: hashed before and after compression while it is written.</summary>
    public static async ValueTask<Packed> PackAsync(string folder, string prefix, Stream output, CancellationToken ct)
    {
        using var compressed = new HashingStream(output, leaveOpen: true);
        Digest tarDigest;
        var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true);
        await using (gzip.ConfigureAwait(false))
        {
            using var tar = new HashingStream(gzip, leaveOpen: true);
            var writer = new GoTarWriter(tar);
            await WalkAsync(new DirectoryInfo(folder), prefix, new Target(writer, tar), ct).ConfigureAwait(false);
            await writer.FinishAsync(ct).ConfigureAwait(false);
            tarDigest = tar.TakeDigest();
        }
        return new Packed(compressed.TakeDigest(), compressed.Count, tarDigest);
    }

    private sealed record Target(GoTarWriter Headers, Stream Content);

    private static async ValueTask WalkAsync(DirectoryInfo folder, string name, Target target, CancellationToken ct)
    {
        await target.Headers.WriteHeaderAsync(Entry(folder, name) with { Type = TarEntry.Folder }, ct).ConfigureAwait(false);
        foreach (var child in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = default, IgnoreInaccessible = false })
            .OrderBy(child => Encoding.UTF8.GetBytes(child.Name), ByteOrder.Instance))
        {
            ct.ThrowIfCancellationRequested();
            var childName = Join(name, child.Name);
            if (child.LinkTarget is { } link)
                await target.Headers.WriteHeaderAsync(Entry(child, childName) with { Type = TarEntry.SymbolicLink, LinkName = link, Mode = 0b111_111_111 }, ct).ConfigureAwait(false);
            else if (child is DirectoryInfo below)
                await WalkAsync(below, childName, target, ct).ConfigureAwait(false);
            else
                await WriteFileAsync((FileInfo)child, childName, target, ct).ConfigureAwait(false);
        }
    }

    private static async ValueTask WriteFileAsync(FileInfo file, string name, Target target, CancellationToken ct)
    {
        if (file.Length == 0 && SpecialFile.TypeOf(file) is { } special)
        {
            await target.Headers.WriteHeaderAsync(Entry(file, name) with { Type = special }, ct).ConfigureAwait(false);
            return;
        }
        var content = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var _ = content.ConfigureAwait(false);
        var size = content.Length;
        await target.Headers.WriteHeaderAsync(Entry(file, name) with { Size = size }, ct).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBlock);
        try
        {
            for (var left = size; left > 0;)
            {
                var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), ct).ConfigureAwait(false);
                if (read == 0)
                    throw new IOException($"{file.FullName} became shorter while it was packed");
                await target.Content.WriteAsync(buffer.AsMemory(0, read), ct).ConfigureAwait(false);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        await target.Headers.PadAsync(size, ct).ConfigureAwait(false);
    }

    private static TarEntry Entry(FileSystemInfo file, string name) => new()
    {
        Type = TarEntry.File,
        Name = name,
        Mode = (int)(OperatingSystem.IsWindows() ? WindowsMode(file) : file.UnixFileMode),
        Modified = new DateTimeOffset(file.LastWriteTimeUtc),
    };

    /// <summary>What Go reports for a file on Windows, where nothing is executable and only the read-only mark is known.</summary>
    private static UnixFileMode WindowsMode(FileSystemInfo file) =>
        (UnixFileMode)(file is DirectoryInfo ? 0b111_111_111 : file.Attributes.HasFlag(FileAttributes.ReadOnly) ? 0b100_100_100 : 0b110_110_110);

    /// <summary>The title <c>.</c> is the working folder: its entries have no prefix.</summary>
    private static string Join(string prefix, string name) => prefix is "." or "" ? name : prefix.EndsWith('/') ? prefix + name : $"{prefix}/{name}";

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
