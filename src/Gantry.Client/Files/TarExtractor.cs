using System.Buffers;
using Gantry.Protocol;

namespace Gantry.Client.Files;

/// <summary>Unpacks a tar that a stranger wrote into a new, empty folder of ours.</summary>
/// <remarks><code>
///   entry ──(1) name below the prefix? ──(2) no link on its way? ──(3) folder, file or copy of a file ──► disk
///                                                └─ links are only remembered ──(4) checked as a whole, made last ──► disk
/// </code>
/// While files are written the folder holds no link at all, so nothing can be written through one, whatever the order of the entries
/// (GHSA-8xwf-rjm4-xvhv). Only when everything is there is each link followed through all the others (GHSA-m37j-52j7-pjw7: links that
/// are harmless one by one lead outside as a chain). Hard links become copies of files that this tar brought (GHSA-fxhp-mv3v-67qp).
/// Pipes and devices are passed over; set-user, set-group and sticky bits are dropped.
/// </remarks>
internal sealed class TarExtractor(string folder, string prefix, long byteLimit, long entryLimit)
{
    private const int SegmentLimit = 255;
    private const int DepthLimit = 256;
    private const int CopyBlock = 256 * 1024;
    private const int Permissions = 0b111_111_111;
    private const int OwnerAll = 0b111_000_000;

    /// <summary>As many links as Linux follows in one path. A chain that goes on for longer leads nowhere.</summary>
    private const int HopLimit = 40;

    private readonly string[] _prefix = Segments(prefix);
    private readonly Dictionary<string, TarEntry> _links = new(TitlePath.Comparer);

    /// <summary>Folders that the tar named, with the mode and time that they get when nothing is written into them any more. Keys are relative, the base is the empty path.</summary>
    private readonly Dictionary<string, TarEntry> _folders = new(StringComparer.Ordinal);
    private long _bytes;

    /// <exception cref="PathTraversalException">An entry or link leads outside.</exception>
    /// <exception cref="InvalidDataException">This is no tar, or it unpacks to more than the limits.</exception>
    public async ValueTask ExtractAsync(Stream tar, CancellationToken ct)
    {
        var reader = new TarEntryReader(tar);
        for (var count = 0L; await reader.NextAsync(ct).ConfigureAwait(false) is { } entry; count++)
        {
            if (count == entryLimit)
                throw new InvalidDataException($"the tar has more than {entryLimit} entries");
            await PlaceAsync(entry, reader, ct).ConfigureAwait(false);
        }
        foreach (var (path, link) in _links)
            MakeLink(path, link);
    }

    private async ValueTask PlaceAsync(TarEntry entry, TarEntryReader reader, CancellationToken ct)
    {
        if (entry.Type is not (TarEntry.File or TarEntry.Folder or TarEntry.SymbolicLink or TarEntry.HardLink))
            return;
        // (1) (2)
        var path = Locate(entry.Name);
        if (path.Length == 0 && entry.Type != TarEntry.Folder)
        {
            // A link to a folder that was named on the command line is packed as one link: there is nothing to put in its place.
            throw new InvalidDataException($"the tar is not of a folder: \"{Printable.Of(entry.Name)}\" itself is something else");
        }
        MakeParents(path);

        // (3)
        switch (entry.Type)
        {
            case TarEntry.Folder:
                _links.Remove(path);
                MakeFolder(path);
                _folders[path] = entry;
                break;
            case TarEntry.SymbolicLink:
                Clear(path);
                _links[path] = entry;
                break;
            case TarEntry.HardLink:
                await CopyAsync(entry, path, ct).ConfigureAwait(false);
                break;
            default:
                await WriteAsync(entry, path, reader.ReadAsync, ct).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>The place of a name relative to the base, in clean segments joined by slashes.</summary>
    private string Locate(string name)
    {
        if (name.Contains('\0') || name.StartsWith('/') != prefix.StartsWith('/') || OperatingSystem.IsWindows() && TitlePath.Explain(name, windows: true, isFolder: true, allowTraversal: true) is not null)
            throw Outside(name);
        if (TitlePath.Leaves(name))
            throw Outside(name);
        var segments = Segments(name);
        if (segments.Length < _prefix.Length || !segments.AsSpan(0, _prefix.Length).SequenceEqual(_prefix))
            throw Outside(name);
        var rest = segments[_prefix.Length..];
        if (rest.Length > DepthLimit || rest.Any(segment => segment.Length > SegmentLimit))
            throw new InvalidDataException($"the tar has a path that is too long: \"{Printable.Of(name)}\"");
        return string.Join('/', rest);
    }

    private static string[] Segments(string path)
    {
        List<string> segments = [];
        foreach (var segment in path.Split('/'))
        {
            if (segment == ".." && segments.Count > 0)
                segments.RemoveAt(segments.Count - 1);
            else if (segment is not ("" or "." or ".."))
                segments.Add(segment);
        }
        return [.. segments];
    }

    private PathTraversalException Outside(string name) =>
        new($"the archive has the entry \"{Printable.Of(name)}\", which is outside of \"{Printable.Of(prefix)}\"");

    private string OnDisk(string path) => path.Length == 0 ? folder : Path.Combine(folder, path.Replace('/', Path.DirectorySeparatorChar));

    private void MakeParents(string path)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var parent = path[..slash];
            if (_links.ContainsKey(parent))
                throw new PathTraversalException($"the archive has the entry \"{Printable.Of(path)}\" behind its own link \"{Printable.Of(parent)}\"");
            MakeFolder(parent);
        }
    }

    private void MakeFolder(string path)
    {
        var onDisk = OnDisk(path);
        if (File.Exists(onDisk))
            throw new InvalidDataException($"the tar has \"{Printable.Of(path)}\" both as a file and as a folder");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(onDisk);
        else
            Directory.CreateDirectory(onDisk, (UnixFileMode)Permissions);
    }

    /// <summary>A later entry replaces an earlier one of the same name, as tar has it.</summary>
    private void Clear(string path)
    {
        _links.Remove(path);
        var onDisk = OnDisk(path);
        if (Directory.Exists(onDisk))
            throw new InvalidDataException($"the tar has \"{Printable.Of(path)}\" both as a folder and as something else");
        File.Delete(onDisk);
    }

    private async ValueTask WriteAsync(TarEntry entry, string path, Func<Memory<byte>, CancellationToken, ValueTask<int>> read, CancellationToken ct)
    {
        Clear(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = (UnixFileMode)(entry.Mode & Permissions);
        var onDisk = OnDisk(path);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBlock);
        try
        {
            var file = new FileStream(onDisk, options);
            await using (file.ConfigureAwait(false))
            {
                while (await read(buffer, ct).ConfigureAwait(false) is > 0 and var count)
                {
                    _bytes += count;
                    if (_bytes > byteLimit)
                        throw new InvalidDataException($"the tar unpacks to more than {byteLimit} bytes");
                    await file.WriteAsync(buffer.AsMemory(0, count), ct).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        File.SetLastWriteTimeUtc(onDisk, entry.Modified.UtcDateTime);
    }

    private async ValueTask CopyAsync(TarEntry entry, string path, CancellationToken ct)
    {
        var target = Locate(entry.LinkName);
        var onDisk = OnDisk(target);
        if (target == path)
            return;
        // No link is on the disk yet, so what is found here is a file of this tar.
        if (!File.Exists(onDisk))
            throw new PathTraversalException($"the archive has the hard link \"{Printable.Of(entry.Name)}\" to \"{Printable.Of(entry.LinkName)}\", which is no file of the archive");
        var mode = OperatingSystem.IsWindows() ? entry.Mode : (int)File.GetUnixFileMode(onDisk);
        var source = new FileStream(onDisk, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        await using var _ = source.ConfigureAwait(false);
        await WriteAsync(entry with { Mode = mode, Modified = new DateTimeOffset(File.GetLastWriteTimeUtc(onDisk)) }, path, source.ReadAsync, ct).ConfigureAwait(false);
    }

    // (4)
    private void MakeLink(string path, TarEntry link)
    {
        var target = link.LinkName;
        if (target.Length == 0 || target.Contains('\0') || target.StartsWith('/') || target.Contains('\\') && OperatingSystem.IsWindows() || Escapes(path, target))
            throw new PathTraversalException($"the archive has the link \"{Printable.Of(path)}\" to \"{Printable.Of(target)}\", which is outside of \"{Printable.Of(prefix)}\"");
        if (Directory.Exists(OnDisk($"{path}/{target}")))
            Directory.CreateSymbolicLink(OnDisk(path), target);
        else
            File.CreateSymbolicLink(OnDisk(path), target);
        // The time of the link itself: .NET does not follow links when it sets times.
        File.SetLastWriteTimeUtc(OnDisk(path), link.Modified.UtcDateTime);
    }

    /// <summary>Follows a link as the kernel would, through every other link of the archive, and tells whether it is ever above the base.</summary>
    private bool Escapes(string path, string target)
    {
        List<string> at = [.. path.Split('/')[..^1]];
        var rest = new Stack<string>(target.Split('/').Reverse());
        var hops = 0;
        while (rest.TryPop(out var segment))
        {
            if (segment is "" or ".")
                continue;
            if (segment == "..")
            {
                if (at.Count == 0)
                    return true;
                at.RemoveAt(at.Count - 1);
                continue;
            }
            at.Add(segment);
            if (!_links.TryGetValue(string.Join('/', at), out var link))
                continue;
            var next = link.LinkName;
            if (next.StartsWith('/'))
                return true;
            if (++hops > HopLimit)
                return false;
            at.RemoveAt(at.Count - 1);
            foreach (var part in next.Split('/').Reverse())
                rest.Push(part);
        }
        return false;
    }

    /// <summary>Gives the folders their own modes and times, deepest first: making an entry changes the time of the folder that it is in.</summary>
    public void FinishFolders()
    {
        foreach (var (path, entry) in _folders.OrderByDescending(pair => pair.Key.Length))
        {
            var onDisk = OnDisk(path);
            // Its owner may always write, or the folder could be neither moved nor removed.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(onDisk, (UnixFileMode)((int)File.GetUnixFileMode(onDisk) & (entry.Mode | OwnerAll)) & (UnixFileMode)Permissions);
            Directory.SetLastWriteTimeUtc(onDisk, entry.Modified.UtcDateTime);
        }
    }
}
