using System.Text.RegularExpressions;

namespace Gantry.Architecture.Tests;

/// <summary>docs/advisories.md says which test holds against which advisory, docs/security.md which test holds to which promise: each test is there, and no advisory that the code names is missing.</summary>
public sealed partial class AdvisoryPageTests
{
    private const string Page = "docs/advisories.md";

    private static readonly string Text = File.ReadAllText(SourceTree.FullPath(Page));

    private static readonly IReadOnlyList<string> Tests =
        [.. SourceTree.Files.Where(file => file.StartsWith("tests/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))];

    [Theory]
    [InlineData(Page)]
    [InlineData("docs/security.md")]
    public void Every_test_that_the_page_names_is_there(string page)
    {
        var names = TestPattern().Matches(File.ReadAllText(SourceTree.FullPath(page))).Select(match => (Class: match.Groups[1].Value, Name: match.Groups[2].Value)).Distinct().ToList();
        Assert.True(names.Count > 40, $"{names.Count} tests");
        Findings.None(names
            .Where(test => !Tests.Any(file => Path.GetFileNameWithoutExtension(file) == test.Class && Regex.IsMatch(File.ReadAllText(SourceTree.FullPath(file)), $@"\b{test.Name}\(")))
            .Select(test => $"{page}: there is no test {test.Class}.{test.Name}"));
    }

    [Fact]
    public void Every_row_names_a_test_or_says_that_it_comes_later() =>
        Findings.None(Text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| Advisory", StringComparison.Ordinal))
            .Where(line => !TestPattern().IsMatch(line) && !line.Contains("Later:", StringComparison.Ordinal))
            .Select(line => $"{Page}: {line}"));

    [Fact]
    public void Every_advisory_that_code_or_tests_name_is_on_the_page()
    {
        var onPage = Ids(Text).ToHashSet(StringComparer.Ordinal);
        Assert.True(onPage.Count > 60, $"{onPage.Count} advisories");
        Findings.None(
            from file in SourceTree.Files
            where file.EndsWith(".cs", StringComparison.Ordinal) && (file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("tests/", StringComparison.Ordinal))
            from id in Ids(File.ReadAllText(SourceTree.FullPath(file))).Distinct()
            where !onPage.Contains(id)
            select $"{file}: {id} is not in {Page}");
    }

    /// <summary>Ids as CVE-YEAR-NUMBER, or the first group of a GHSA's, however they are written.</summary>
    private static IEnumerable<string> Ids(string text) =>
        IdPattern().Matches(text).Select(match => match.Value.Replace('_', '-').ToUpperInvariant());

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex TestPattern();

    [GeneratedRegex(@"(?<![A-Za-z0-9])(CVE[-_](19|20)\d\d[-_]\d{4,}|GHSA[-_][0-9a-z]{4})(?![0-9a-z])")]
    private static partial Regex IdPattern();
}
