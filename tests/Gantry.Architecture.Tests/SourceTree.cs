namespace Gantry.Architecture.Tests;

/// <summary>The repository's files as they lie on disk, without what a build leaves behind.</summary>
internal static class SourceTree
{
    private static readonly string[] NotOurs = [".git", "artifacts", "bin", "obj", "TestResults", "node_modules", ".vs", ".idea"];

    public static readonly string Root = FindRoot();

    /// <summary>Every file of the repository, as paths from its root with forward slashes.</summary>
    public static readonly IReadOnlyList<string> Files = [.. Walk(Root).Select(Relative).Order(StringComparer.Ordinal)];

    /// <summary>The C# files of the product.</summary>
    public static readonly IReadOnlyList<SourceFile> Sources =
        [.. Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)).Select(SourceFile.Read)];

    public static string FullPath(string file) => Path.Combine(Root, file);

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder).Where(child => !NotOurs.Contains(Path.GetFileName(child))).SelectMany(Walk));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gantry.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException("Gantry.slnx is in no folder above the tests.");
    }
}
