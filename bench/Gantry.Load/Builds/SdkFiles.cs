namespace Gantry.Load.Builds;

/// <summary>Real files, of the .NET SDK that runs this: programs, libraries, texts, large and small.</summary>
internal static class SdkFiles
{
    /// <summary>Copies files, in the order of their names, until there are enough bytes; goes through them again under another name where there are too few.</summary>
    public static (int Count, long Bytes) Fill(string folder, long enough)
    {
        var root = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var names = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var (count, bytes) = (0, 0L);
        for (var pass = 0; bytes < enough; pass++)
        {
            foreach (var name in names)
            {
                if (bytes >= enough)
                    break;
                var target = Path.Combine(folder, $"{pass}", Path.GetRelativePath(root, name));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(name, target);
                bytes += new FileInfo(target).Length;
                count++;
            }
        }
        return (count, bytes);
    }
}
