namespace Gantry.Client.Tests;

/// <summary>A temporary folder for one test.</summary>
public sealed class Scratch : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("gantry-test-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public string Write(string name, string content)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Everything below a folder, links not followed.</summary>
    public static IReadOnlyList<string> Tree(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(entry => Path.GetRelativePath(folder, entry.FullName)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
