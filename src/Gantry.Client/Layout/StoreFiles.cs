using System.Text;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Layout;

/// <summary>Files below a folder that somebody else wrote: whatever is a link, too large or no plain file is refused, and nothing outside the folder is ever opened.</summary>
internal sealed class StoreFiles(string root)
{
    /// <summary>The longest digest is sha512's, with its name.</summary>
    private const int LongestLink = 160;

    /// <summary>Names of the folders in a folder, in the order of their bytes; none where it is not there. Links are told and left out.</summary>
    public IReadOnlyList<string> Folders(string path, Action<StoreFinding> tell)
    {
        if (LeadsOverLink(path))
        {
            tell(new StoreFinding(Printable.Of(path), "leads over a link, which is not followed", IsDamage: true));
            return [];
        }
        var folder = new DirectoryInfo(Path.Combine(root, path));
        if (!folder.Exists)
            return [];
        var names = new List<string>();
        try
        {
            foreach (var entry in folder.EnumerateFileSystemInfos())
            {
                if (entry.LinkTarget is not null)
                    tell(new StoreFinding($"{path}/{Printable.Of(entry.Name)}", "a link, which is not followed", IsDamage: true));
                else if (entry is DirectoryInfo)
                    names.Add(entry.Name);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was listed until here is worth having; the rest of the store too.
            tell(new StoreFinding(Printable.Of(path), $"cannot be listed: {Printable.Of(e.Message)}", IsDamage: true));
        }
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>Also where a link says so: what is in it is told by <see cref="Folders"/>, and never read.</summary>
    public bool HasFolder(string path) => Directory.Exists(Path.Combine(root, path));

    /// <summary>Length of a plain file; null where there is none.</summary>
    /// <exception cref="OciFormatException">It, or a folder on the way to it, is a link.</exception>
    public long? Length(string path)
    {
        if (LeadsOverLink(path))
            throw new OciFormatException($"{Printable.Of(path)} leads over a link");
        var file = new FileInfo(Path.Combine(root, path));
        return file.Exists ? file.Length : null;
    }

    /// <summary>Whether the file or folder, or one on the way to it, is a link.</summary>
    private bool LeadsOverLink(string path)
    {
        var current = root;
        foreach (var segment in path.Split('/'))
        {
            current = Path.Combine(current, segment);
            if (new FileInfo(current).LinkTarget is not null)
                return true;
        }
        return false;
    }

    /// <summary>Opens a plain file that has bytes; what says it is empty might be a pipe, and nothing is opened for nothing.</summary>
    public Stream Open(string path, long length) => length == 0
        ? Stream.Null
        : new FileStream(Path.Combine(root, path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>The digest that a link file names; null where there is no file.</summary>
    /// <exception cref="OciFormatException">It names none.</exception>
    public Digest? ReadLink(string path)
    {
        if (Length(path) is not { } length)
            return null;
        if (length is 0 or > LongestLink)
            throw new OciFormatException($"{Printable.Of(path)} has {length} bytes and names no digest");
        var bytes = new byte[length];
        using (var file = new FileStream(Path.Combine(root, path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
        {
            if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw new OciFormatException($"{Printable.Of(path)} became shorter while it was read");
        }
        return Digest.TryParse(Encoding.Latin1.GetString(bytes), out var digest) ? digest : throw new OciFormatException($"{Printable.Of(path)} names no digest");
    }
}
