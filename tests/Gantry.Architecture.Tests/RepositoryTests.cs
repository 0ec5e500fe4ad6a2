using System.Text.RegularExpressions;

namespace Gantry.Architecture.Tests;

/// <summary>What a stranger who clones the repository must never meet.</summary>
public sealed class RepositoryTests
{
    private static readonly string[] TextKinds =
        [".cs", ".csproj", ".props", ".targets", ".slnx", ".json", ".md", ".txt", ".sh", ".yml", ".yaml", ".editorconfig", ".gitignore", ""];

    /// <summary>Hosts of package registries: where packages come from is the machine's setting. Written in pieces, or this file would find itself.</summary>
    private static readonly string[] PackageHosts =
        ["nuget" + ".org", "npmjs" + ".org", "npmjs" + ".com", "pypi" + ".org", "deb" + ".debian.org", "proxy.golang" + ".org", "crates" + ".io"];

    private static readonly string[] Traces = ["Co-authored" + "-by", "Generated " + "by (?!default as identity)", "Generated " + "with ", "<auto-" + "generated"];

    [Fact]
    public void Nothing_names_a_package_registry() => Absent(PackageHosts.Select(Regex.Escape));

    [Fact]
    public void Nothing_names_a_folder_of_one_machine() =>
        Absent([@"(?<![\w.}\])~$-])/(?:home|root|Users|wo" + @"rk)/[\w.-]+", @"\b[A-Z]:\\Users\\"]);

    [Fact]
    public void Nothing_says_that_a_tool_wrote_it() => Absent(Traces);

    [Fact]
    public void Every_text_file_ends_its_lines_alike_and_its_last_one_too() =>
        Findings.None(
            from file in SourceTree.Files
            where TextKinds.Contains(Path.GetExtension(file))
            let text = File.ReadAllText(SourceTree.FullPath(file))
            where text.Contains('\r', StringComparison.Ordinal) || (text.Length > 0 && text[^1] != '\n' && !file.EndsWith("packages.lock.json", StringComparison.Ordinal))
            select file);

    [Fact]
    public void Every_script_can_be_run()
    {
        if (OperatingSystem.IsWindows())
            return;
        var scripts = SourceTree.Files.Where(file => (file.StartsWith("eng/", StringComparison.Ordinal) && !file.StartsWith("eng/lib/", StringComparison.Ordinal)) || file == ".ci/run").ToList();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            Assert.True(File.GetUnixFileMode(SourceTree.FullPath(script)).HasFlag(UnixFileMode.UserExecute), script);
            Assert.StartsWith("#!", File.ReadAllText(SourceTree.FullPath(script)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_link_between_pages_leads_somewhere() =>
        Findings.None(
            from page in SourceTree.Files
            where page.EndsWith(".md", StringComparison.Ordinal)
            from Match link in Regex.Matches(File.ReadAllText(SourceTree.FullPath(page)), @"\]\((?!https?:|#|mailto:)([^)#\s]+)")
            let target = Path.GetFullPath(Path.Combine(SourceTree.Root, Path.GetDirectoryName(page)!, link.Groups[1].Value))
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{page}: {link.Groups[1].Value}");

    private static void Absent(IEnumerable<string> patterns)
    {
        var pattern = new Regex(string.Join('|', patterns), RegexOptions.IgnoreCase);
        Findings.None(
            from file in SourceTree.Files
            where TextKinds.Contains(Path.GetExtension(file))
            let text = File.ReadAllText(SourceTree.FullPath(file))
            from Match match in pattern.Matches(text)
            select $"{file}:{text.AsSpan(0, match.Index).Count('\n') + 1}: {match.Value}");
    }
}
