namespace Gantry.Server.Tests.Conformance;

/// <summary>The names of the specification's conformance suite (its version <c>dev</c> with sparse manifests), pinned in <c>tree.txt</c>.</summary>
/// <remarks>A line is a name, with the number of times that the walk meets it where that is not once: <c>image/push/blob-post-put * 3</c>.</remarks>
internal static class ConformanceTree
{
    public static IReadOnlyList<string> Lines { get; } =
        File.ReadAllLines(Path.Join(AppContext.BaseDirectory, "Conformance", "tree.txt"));

    public static IEnumerable<string> Names => Lines.Select(line => line.Split(" * ")[0]);

    public static string Write(string name, int times) => times == 1 ? name : $"{name} * {times}";
}
