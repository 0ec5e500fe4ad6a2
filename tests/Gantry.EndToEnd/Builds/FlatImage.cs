using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gantry.EndToEnd.Builds;

/// <summary>An image as a container sees it, a line for each path and each setting: what two builders must agree on.</summary>
/// <remarks>
/// <c>/path</c> → <c>file 0644 0:0 "content"</c>, <c>folder 0755 0:0</c>, <c>link → target</c>; times are left out.
/// <c>Env</c>, <c>Cmd</c>… → their JSON; members of objects and variables are sorted, and what is empty is as good as absent.
/// </remarks>
internal static class FlatImage
{
    private static readonly string[] Settings =
        ["Env", "Cmd", "Entrypoint", "WorkingDir", "User", "ExposedPorts", "Volumes", "Labels", "StopSignal", "Healthcheck", "Shell", "OnBuild"];

    public static async Task<SortedDictionary<string, string>> ReadAsync(byte[] config, IEnumerable<Stream> layers)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var layer in layers)
            await ApplyAsync(layer, lines);
        lines.Remove("/");
        using var document = JsonDocument.Parse(config);
        foreach (var name in (string[])["architecture", "os", "author"])
        {
            if (document.RootElement.TryGetProperty(name, out var value))
                lines[name] = value.ToString();
        }
        foreach (var name in Settings)
        {
            if (document.RootElement.GetProperty("config").TryGetProperty(name, out var value) && (name == "Env" ? Sorted(value) : Canonical(value)) is { } text)
                lines[name] = text;
        }
        return lines;
    }

    /// <summary>One layer over the others, as image-spec's layer.md says; read by the framework's reader, which is not the reader under test.</summary>
    private static async Task ApplyAsync(Stream layer, SortedDictionary<string, string> lines)
    {
        using var bytes = new MemoryStream();
        await layer.CopyToAsync(bytes);
        bytes.Position = 0;
        Stream plain = bytes.GetBuffer() is [0x1F, 0x8B, ..] ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
        await using var tar = new TarReader(plain);
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            var path = "/" + (entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name).Trim('/');
            var name = path[(path.LastIndexOf('/') + 1)..];
            var parent = path[..path.LastIndexOf('/')];
            if (name == ".wh..wh..opq")
                Remove(lines, parent + "/");
            else if (name.StartsWith(".wh.", StringComparison.Ordinal))
                Remove(lines, $"{parent}/{name[4..]}");
            else
                written[path] = entry.EntryType == TarEntryType.HardLink ? written["/" + entry.LinkName.TrimStart('/')] : await LineAsync(entry);
        }
        foreach (var (path, line) in written)
        {
            if (!line.StartsWith("folder", StringComparison.Ordinal))
                Remove(lines, path);
            lines[path] = line;
        }
    }

    private static void Remove(SortedDictionary<string, string> lines, string path)
    {
        foreach (var gone in lines.Keys.Where(key => key == path || key.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal)).ToList())
            lines.Remove(gone);
    }

    private static async Task<string> LineAsync(TarEntry entry)
    {
        var owner = $"{Convert.ToString((int)entry.Mode, 8).PadLeft(4, '0')} {entry.Uid}:{entry.Gid}";
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                return $"folder {owner}";
            case TarEntryType.SymbolicLink:
                return $"link {entry.Uid}:{entry.Gid} → {entry.LinkName}";
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                using (var content = new MemoryStream())
                {
                    await (entry.DataStream ?? Stream.Null).CopyToAsync(content);
                    var bytes = content.ToArray();
                    return $"file {owner} {(bytes.Length <= 80 ? $"\"{Encoding.UTF8.GetString(bytes)}\"" : Convert.ToHexStringLower(SHA256.HashData(bytes)))}";
                }
            default:
                return $"{entry.EntryType} {owner}";
        }
    }

    private static string? Sorted(JsonElement list) => list.ValueKind != JsonValueKind.Array ? null
        : list.EnumerateArray().Select(item => item.GetString()!).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } items ? string.Join(" | ", items)
        : null;

    /// <summary>Null for what is empty.</summary>
    private static string? Canonical(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            case JsonValueKind.Object:
                var members = value.EnumerateObject().Where(member => member.Name != "io.buildah.version").OrderBy(member => member.Name, StringComparer.Ordinal)
                    .Select(member => $"{member.Name}: {Canonical(member.Value)}").ToList();
                return members.Count == 0 ? null : string.Join(", ", members);
            case JsonValueKind.Array:
                return value.GetArrayLength() == 0 ? null : $"[{string.Join(", ", value.EnumerateArray().Select(item => item.GetRawText()))}]";
            case JsonValueKind.String:
                return value.GetString() is { Length: > 0 } text ? text : null;
            default:
                return value.GetRawText();
        }
    }
}
