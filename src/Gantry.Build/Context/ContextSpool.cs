using Gantry.Build.Layers;

namespace Gantry.Build.Context;

/// <summary>Takes in files that strangers sent: their names into a tree in memory, their bytes one after another into one file. No name of theirs ever becomes a path of this machine.</summary>
/// <remarks>
/// Paths that climb are refused; a leading slash means the context's root. Links are resolved inside the tree and cannot leave it. A hard link
/// becomes another entry with the bytes of the first. A later entry of a name replaces the earlier one. Devices and pipes are refused.
/// </remarks>
/// <param name="path">The file to make.</param>
/// <param name="limits">What all that is taken in may come to, together.</param>
public sealed class ContextSpool(string path, TarLimits limits) : IAsyncDisposable
{
    private const int BufferBytes = 1024 * 1024;

    private readonly FileTree _tree = new();
    private readonly FileStream _spool = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes, FileOptions.Asynchronous);
    private long _entries;
    private long _bytes;

    /// <summary>Takes in a tar.</summary>
    /// <param name="tar">Plain; read to its end.</param>
    /// <param name="below">The folder that every entry must lie in, as packed folders of artifacts do; its links must not lead out of the context either. Null for a context's own archive.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="InvalidDataException">The archive is broken, has an entry that it must not have, or goes beyond a limit.</exception>
    public async ValueTask AddTarAsync(Stream tar, string? below, CancellationToken ct)
    {
        var reader = new TarEntryReader(tar, limits);
        while (await reader.NextAsync(ct).ConfigureAwait(false) is { } entry)
        {
            if (++_entries > limits.Entries)
                throw new InvalidDataException($"the context has more than {limits.Entries} entries");
            if (below is not null)
                CheckBelow(entry, below);
            if (entry.Path.Length == 0)
                continue;
            var place = Place(entry.Path, isStrict: below is not null);
            _tree.Put(entry.Type switch
            {
                EntryType.File => Plain(place, entry.Mode) with { Size = entry.Size, Content = await SpoolAsync(reader.Content, entry.Size, ct).ConfigureAwait(false) },
                EntryType.Folder => Plain(place, entry.Mode) with { Type = EntryType.Folder },
                EntryType.SymbolicLink => Plain(place, Permissions.All) with { Type = EntryType.SymbolicLink, LinkTarget = entry.LinkTarget },
                EntryType.HardLink => Target(entry) with { Path = place },
                _ => throw new InvalidDataException($"the context has the device or pipe \"{Protocol.Printable.Of(entry.Path)}\", which no context may have"),
            });
        }
        // The rest is padding, but a compressed archive tells only at its end whether it is whole.
        await tar.CopyToAsync(Stream.Null, BufferBytes, ct).ConfigureAwait(false);
    }

    /// <summary>Takes in one file.</summary>
    /// <param name="name">Where it goes, between slashes.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="size">How many they are.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="InvalidDataException">The name leads out of the context, or the file goes beyond a limit.</exception>
    public async ValueTask AddFileAsync(string name, Stream content, long size, CancellationToken ct)
    {
        if (++_entries > limits.Entries)
            throw new InvalidDataException($"the context has more than {limits.Entries} entries");
        var place = Place(CleanName(name), isStrict: true);
        _tree.Put(Plain(place, Permissions.File) with { Size = size, Content = await SpoolAsync(content, size, ct).ConfigureAwait(false) });
    }

    /// <summary>A name that an artifact gives, without dots.</summary>
    /// <exception cref="InvalidDataException">It is absolute, climbs, or is no name.</exception>
    public static string CleanName(string name)
    {
        if (name.Length > FileTree.MaxPath)
            throw new InvalidDataException($"a file's name has {name.Length} characters, the limit is {FileTree.MaxPath}");
        var names = name.Split('/');
        if (name.StartsWith('/') || name.Contains('\\') || name.Contains('\0') || Array.IndexOf(names, "..") >= 0)
            throw new InvalidDataException($"\"{Protocol.Printable.Of(name)}\" leads out of the context");
        var clean = string.Join('/', names.Where(part => part is not ("" or ".")));
        return clean.Length > 0 ? clean : throw new InvalidDataException($"\"{Protocol.Printable.Of(name)}\" is no name of a file");
    }

    /// <summary>Ends taking in. The files open from now on, for as long as the spool's file is there.</summary>
    public async ValueTask<TreeFiles> CompleteAsync(CancellationToken ct)
    {
        await _spool.FlushAsync(ct).ConfigureAwait(false);
        return new TreeFiles(_tree);
    }

    public ValueTask DisposeAsync() => _spool.DisposeAsync();

    private static LayerEntry Plain(string place, int mode) =>
        new() { Path = place, Type = EntryType.File, Mode = mode, Modified = BuildContext.FixedTime };

    /// <summary>Where an entry goes: links on its way are followed as they were when it came.</summary>
    private string Place(string entryPath, bool isStrict)
    {
        var slash = entryPath.LastIndexOf('/');
        if (slash < 0)
            return entryPath;
        var parent = _tree.Resolve(entryPath[..slash], followLast: true);
        if (isStrict && parent != entryPath[..slash])
            throw new InvalidDataException($"\"{Protocol.Printable.Of(entryPath)}\" lies behind a link of the same archive");
        return FileTree.Join(parent, entryPath[(slash + 1)..]);
    }

    private LayerEntry Target(LayerEntry link) =>
        _tree.Find(_tree.Resolve(link.LinkTarget, followLast: false)) is { Type: EntryType.File or EntryType.SymbolicLink } target
            ? target
            : throw new InvalidDataException($"the hard link \"{Protocol.Printable.Of(link.Path)}\" is to \"{Protocol.Printable.Of(link.LinkTarget)}\", which is no file of the archive before it");

    private static void CheckBelow(LayerEntry entry, string below)
    {
        if (entry.Path != below && !entry.Path.StartsWith(below + "/", StringComparison.Ordinal))
            throw new InvalidDataException($"the entry \"{Protocol.Printable.Of(entry.Path)}\" is outside of the folder \"{Protocol.Printable.Of(below)}\" that was packed");
        if (entry.Type == EntryType.SymbolicLink && Leaves(entry.Parent, entry.LinkTarget))
            throw new InvalidDataException($"the link \"{Protocol.Printable.Of(entry.Path)}\" to \"{Protocol.Printable.Of(entry.LinkTarget)}\" leads out of the context");
    }

    private static bool Leaves(string folder, string target)
    {
        if (target.StartsWith('/'))
            return true;
        var depth = folder.Length == 0 ? 0 : folder.Split('/').Length;
        foreach (var name in target.Split('/'))
        {
            depth += name switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0)
                return true;
        }
        return false;
    }

    private async ValueTask<IFileContent> SpoolAsync(Stream content, long size, CancellationToken ct)
    {
        if ((_bytes += size) > limits.Bytes)
            throw new InvalidDataException($"the context unpacks to more than {limits.Bytes} bytes");
        var start = _spool.Position;
        await content.CopyToAsync(_spool, 256 * 1024, ct).ConfigureAwait(false);
        return _spool.Position - start == size
            ? new SlicedContent(path, start, size)
            : throw new InvalidDataException("a file of the context has another length than was said");
    }
}
