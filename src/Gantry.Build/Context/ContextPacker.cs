using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Gantry.Build.Layers;

namespace Gantry.Build.Context;

/// <summary>Packs a folder of this machine for upload: the same folder gives the same bytes, wherever and whenever it lies.</summary>
/// <remarks>
/// The Dockerfile is added at the root under <c>HEX_NAME</c>, since it may lie outside the folder, and so are the ignore rules that lie beside it.
/// The place that builds leaves both out of what COPY sees, so that the name, which comes from the Dockerfile's digest, is in no image.
/// </remarks>
public static class ContextPacker
{
    private const int HexLength = 32;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Left out at the root unless the rules bring them back, as az does.</summary>
    private static readonly string[] VersionControlNames = [".git", ".gitignore", ".bzr", "bzrignore", ".hg", ".hgignore", ".svn"];

    private static readonly IgnoreRules VersionControl = IgnoreRules.None.Without(VersionControlNames);

    /// <param name="folder">The context.</param>
    /// <param name="dockerfile">The Dockerfile on this machine, perhaps outside the folder.</param>
    /// <param name="output">Receives the tar.gz; not disposed.</param>
    /// <param name="level">How hard to compress.</param>
    /// <param name="ct">Stops it; the output is then of no use.</param>
    /// <exception cref="IOException">The folder or the Dockerfile is missing, or a file changed while it was packed.</exception>
    /// <exception cref="FormatException">A line of the ignore rules is no pattern.</exception>
    public static async ValueTask<PackedContext> PackAsync(string folder, string dockerfile, Stream output, CompressionLevel level, CancellationToken ct)
    {
        var bytes = await File.ReadAllBytesAsync(dockerfile, ct).ConfigureAwait(false);
        var name = $"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..HexLength]}_{Path.GetFileName(dockerfile)}";
        var added = new List<LayerEntry> { Added(name, bytes) };

        var rules = IgnoreRules.None;
        if (await ReadAsync(dockerfile + IgnoreRules.FileName, ct).ConfigureAwait(false) is { } beside)
        {
            rules = IgnoreRules.Parse(Encoding.UTF8.GetString(beside));
            added.Add(Added(name + IgnoreRules.FileName, beside));
        }
        else if (await ReadAsync(Path.Join(folder, IgnoreRules.FileName), ct).ConfigureAwait(false) is { } inside)
            rules = IgnoreRules.Parse(Encoding.UTF8.GetString(inside));

        var tree = FolderContext.Read(folder, VersionControl.Then(rules), ct).Tree;
        var leftOut = VersionControlNames.Where(kept => Path.Exists(Path.Join(folder, kept)) && tree.Find(kept) is null).ToList();
        foreach (var entry in added)
            tree.Put(entry);
        var entries = tree.Entries.ToList();
        var written = await LayerWriter.WriteAsync(entries, output, level, Environment.ProcessorCount, ct).ConfigureAwait(false);
        return new PackedContext(written.Descriptor.Size, entries.Count(entry => entry.Type == EntryType.File), name) { LeftOut = leftOut };
    }

    /// <summary>What the author called the file that packing gave <paramref name="name"/>.</summary>
    public static string AuthorsName(string name) => name[(HexLength + 1)..];

    /// <summary>Whether a name is one that packing gives to a Dockerfile, and no author does.</summary>
    public static bool IsAdded(string name) =>
        name.Length > HexLength + 1 && name[HexLength] == '_' && !name.Contains('/', StringComparison.Ordinal)
        && !name.AsSpan(0, HexLength).ContainsAnyExcept(HexDigits);

    private static async ValueTask<byte[]?> ReadAsync(string path, CancellationToken ct) =>
        File.Exists(path) ? await File.ReadAllBytesAsync(path, ct).ConfigureAwait(false) : null;

    private static LayerEntry Added(string name, byte[] bytes) =>
        new() { Path = name, Type = EntryType.File, Mode = Permissions.File, Size = bytes.Length, Modified = BuildContext.FixedTime, Content = new BytesContent(bytes) };
}
