using System.Formats.Tar;
using System.IO.Compression;
using Gantry.Testing;

namespace Gantry.Server.Tests.Upgrades;

/// <summary>A data folder that an earlier program left, unpacked, with the list of what is in it.</summary>
internal sealed class EarlierFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string[]> _content;

    public EarlierFolder(string name)
    {
        using (var packed = new GZipStream(File.OpenRead(Path.Join(AppContext.BaseDirectory, "Upgrades", $"{name}.tar.gz")), CompressionMode.Decompress))
            TarFile.ExtractToDirectory(packed, _folder.Path, overwriteFiles: false);
        _content = [.. File.ReadLines(_folder.Join("content.txt")).Select(line => line.Split(' '))];
    }

    public string Data => _folder.Join("data");

    /// <summary>The words after a kind: a tag's repository, name and digest; a principal's name, id and password.</summary>
    public IReadOnlyList<string[]> All(string kind) => [.. _content.Where(line => line[0] == kind).Select(line => line[1..])];

    /// <summary>The value of an <c>Authorization</c> header of a principal that the earlier program knew.</summary>
    public string Authorization(string principal)
    {
        var known = All("principal").Single(line => line[0] == principal);
        return $"Authorization: {RegistryInProcess.Basic(known[1], known[2])}";
    }

    public void Dispose() => _folder.Dispose();
}
