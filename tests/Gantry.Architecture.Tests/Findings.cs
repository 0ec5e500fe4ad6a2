namespace Gantry.Architecture.Tests;

internal static class Findings
{
    /// <summary>Fails with every finding on a line of its own; a collection assertion would show the first five.</summary>
    public static void None(IEnumerable<string?> findings)
    {
        var found = findings.Distinct().ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
