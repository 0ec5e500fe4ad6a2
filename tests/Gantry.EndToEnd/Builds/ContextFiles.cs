using System.Text;

namespace Gantry.EndToEnd.Builds;

/// <summary>What a context holds, to be written to as many folders as a test needs.</summary>
internal sealed class ContextFiles
{
    private readonly List<(string Path, Action<string> Write)> _entries = [];

    public ContextFiles File(string path, string content, string mode = "644") => File(path, Encoding.UTF8.GetBytes(content), mode);

    public ContextFiles File(string path, byte[] content, string mode = "644") => Add(path, full =>
    {
        System.IO.File.WriteAllBytes(full, content);
        System.IO.File.SetUnixFileMode(full, Mode(mode));
    });

    public ContextFiles Folder(string path, string mode = "755") => Add(path, full =>
    {
        Directory.CreateDirectory(full);
        System.IO.File.SetUnixFileMode(full, Mode(mode));
    });

    public ContextFiles Link(string path, string target) => Add(path, full => System.IO.File.CreateSymbolicLink(full, target));

    /// <summary>Writes everything.</summary>
    /// <param name="folder">A folder that is not there yet.</param>
    /// <param name="backwards">Last things first, so that the file system lists them in another order.</param>
    /// <param name="modified">When all of them changed; null for now.</param>
    public string WriteTo(string folder, bool backwards = false, DateTime? modified = null)
    {
        Directory.CreateDirectory(folder);
        foreach (var (path, write) in backwards ? _entries.AsEnumerable().Reverse() : _entries)
        {
            var full = Path.Join(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            write(full);
            if (modified is { } time && new FileInfo(full) is { LinkTarget: null, Exists: true })
                System.IO.File.SetLastWriteTimeUtc(full, time);
        }
        return folder;
    }

    public static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);

    private ContextFiles Add(string path, Action<string> write)
    {
        _entries.Add((path, write));
        return this;
    }
}
