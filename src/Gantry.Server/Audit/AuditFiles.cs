using System.Globalization;

namespace Gantry.Server.Audit;

/// <summary>The files of the record: one for each hour, or more where they grow, and no more of them than are to be kept.</summary>
/// <remarks>Named <c>2026-11-22-00-000000.jsonl</c>, so that the order of names is that of time. Whoever copies them away may do so at any time: a file is only ever added to, and the newest alone.</remarks>
public sealed class AuditFiles : IDisposable
{
    private const string Suffix = ".jsonl";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;
    private readonly AuditOptions _options;
    private FileStream? _current;
    private string _hour = "";

    /// <param name="folder">Made where it is missing, for its user alone.</param>
    /// <param name="options">How much is kept.</param>
    public AuditFiles(string folder, AuditOptions options)
    {
        (_folder, _options) = (folder, options);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Names of the files, the newest first.</summary>
    public IReadOnlyList<string> List() =>
        [.. Directory.EnumerateFiles(_folder, "*" + Suffix).Select(path => Path.GetFileName(path)).OrderDescending(StringComparer.Ordinal)];

    /// <summary>A file to read; null where it is gone meanwhile.</summary>
    public Stream? Open(string name)
    {
        try
        {
            return new FileStream(Path.Combine(_folder, name), new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Adds whole lines. One caller at a time.</summary>
    /// <exception cref="IOException">They are not in the file, or not all of them.</exception>
    public void Append(ReadOnlySpan<byte> lines, DateTimeOffset now)
    {
        var hour = now.UtcDateTime.ToString("yyyy-MM-dd-HH", CultureInfo.InvariantCulture);
        if (_current is null || hour != _hour || _current.Length + lines.Length > _options.FileBytes)
            Turn(hour, lines.Length);
        _current!.Write(lines);
    }

    /// <summary>A copy of the record, for its user alone. Whoever writes goes to the end first: a shipper may have cut the file, and a position beyond its end would leave a hole.</summary>
    public static FileStream OpenCopy(string path) => Open(path, FileMode.OpenOrCreate);

    private static FileStream OpenToAppend(string path) => Open(path, FileMode.Append);

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    public void Dispose() => _current?.Dispose();

    private void Turn(string hour, int room)
    {
        _current?.Dispose();
        _current = null;
        // A server that was started again goes on in the hour's last file, where there is room.
        var last = List().FirstOrDefault(name => name.StartsWith(hour, StringComparison.Ordinal));
        var number = last is null ? 0 : NumberOf(last);
        if (last is not null && new FileInfo(Path.Combine(_folder, last)).Length + room > _options.FileBytes)
            number++;
        var next = string.Create(CultureInfo.InvariantCulture, $"{hour}-{number:000000}{Suffix}");
        // First, for a disk that is full has room only then.
        Trim(next);
        var file = OpenToAppend(Path.Combine(_folder, next));
        try
        {
            Mend(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        // Last: what failed before is done again at the next call.
        (_current, _hour) = (file, hour);
    }

    /// <summary>A line that a crash left without an end must not swallow the next one.</summary>
    private static void Mend(FileStream file)
    {
        if (file.Length == 0)
            return;
        using var reader = new FileStream(file.Name, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        reader.Position = reader.Length - 1;
        if (reader.ReadByte() != '\n')
            file.Write("\n"u8);
    }

    /// <summary>Room for the file that is about to be begun, at its largest.</summary>
    private void Trim(string next)
    {
        var kept = _options.FileBytes;
        foreach (var name in List().Where(name => name != next))
        {
            var path = Path.Combine(_folder, name);
            kept += new FileInfo(path).Length;
            if (kept > _options.MaxBytes)
                File.Delete(path);
        }
    }

    private static int NumberOf(string name) =>
        int.TryParse(name.AsSpan(..^Suffix.Length)[(name.LastIndexOf('-') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
