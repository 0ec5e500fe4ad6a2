using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Gantry.EndToEnd.Builds;

/// <summary>A tar made with the framework's writer, which is not the writer under test.</summary>
internal sealed class TarFile
{
    private readonly List<TarEntry> _entries = [];

    public TarFile File(string path, string content, string mode = "644", int uid = 0, int gid = 0) =>
        Add(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) }, mode, uid, gid);

    public TarFile Folder(string path, string mode = "755", int uid = 0, int gid = 0) => Add(new PaxTarEntry(TarEntryType.Directory, path + "/"), mode, uid, gid);

    public TarFile Link(string path, string target) => Add(new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target }, "777", 0, 0);

    public TarFile HardLink(string path, string target, string mode = "644", int uid = 0, int gid = 0) =>
        Add(new PaxTarEntry(TarEntryType.HardLink, path) { LinkName = target }, mode, uid, gid);

    public byte[] ToBytes()
    {
        using var output = new MemoryStream();
        using (var writer = new TarWriter(output, leaveOpen: true))
        {
            foreach (var entry in _entries)
            {
                entry.DataStream?.Seek(0, SeekOrigin.Begin);
                writer.WriteEntry(entry);
            }
        }
        return output.ToArray();
    }

    public byte[] ToGzip()
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(ToBytes());
        return output.ToArray();
    }

    /// <summary>Packed by a program of the machine: bzip2, xz.</summary>
    public byte[] PackedBy(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, ["-c"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        process.StandardInput.BaseStream.Write(ToBytes());
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }

    private TarFile Add(PaxTarEntry entry, string mode, int uid, int gid)
    {
        entry.Mode = ContextFiles.Mode(mode);
        entry.Uid = uid;
        entry.Gid = gid;
        entry.ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000);
        _entries.Add(entry);
        return this;
    }
}
