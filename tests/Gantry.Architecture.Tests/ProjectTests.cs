using System.Xml.Linq;

namespace Gantry.Architecture.Tests;

public sealed class ProjectTests
{
    /// <summary>Project → projects it may reference directly. Server and Build never see each other: a build runs untrusted code in another process.</summary>
    private static readonly Dictionary<string, string[]> References = new()
    {
        ["Gantry.Protocol"] = [],
        ["Gantry.Client"] = ["Gantry.Protocol"],
        ["Gantry.Server"] = ["Gantry.Client"],
        ["Gantry.Build"] = ["Gantry.Client"],
        ["Gantry.Cli"] = ["Gantry.Client", "Gantry.Server", "Gantry.Build"],
    };

    /// <summary>Project → packages it ships with, each with its reason. docs/architecture.md says the same to people.</summary>
    private static readonly Dictionary<string, (string Package, string Reason)[]> Packages = new()
    {
        ["Gantry.Protocol"] = [],
        ["Gantry.Client"] = [],
        ["Gantry.Server"] =
        [
            ("AWSSDK.S3", "signatures, retriable answers and the sources of keys of the S3 protocol, as its owner keeps them"),
            ("Microsoft.Data.Sqlite.Core", "ADO.NET over SQLite; the core alone, so that we choose the native library"),
            ("Npgsql", "PostgreSQL's protocol with its TLS and its sign-in, for the database that several servers share; itself without dependencies at run time"),
            ("SQLitePCLRaw.bundle_e_sqlite3", "the native library where the system has none"),
        ],
        ["Gantry.Build"] = [],
        ["Gantry.Cli"] = [("System.CommandLine", "POSIX rules, completion and help that users of oras and az expect; compatible with trimming")],
    };

    public static TheoryData<string> Projects => [.. References.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_what_the_picture_shows(string project) =>
        Assert.Equal(References[project].Order(), Items(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_ships_with_the_packages_that_were_argued_for(string project)
    {
        Assert.Equal(Packages[project].Select(package => package.Package).Order(), Items(project, "PackageReference").Order());
        var page = File.ReadAllText(SourceTree.FullPath("docs/architecture.md"));
        foreach (var (package, _) in Packages[project])
            Assert.Contains(package, page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_product_has_five_projects_and_no_other() =>
        Assert.Equal(References.Keys.Order(), ProjectFiles("src/").Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void Every_project_has_a_lock_file_and_a_place_in_the_solution()
    {
        var solution = File.ReadAllText(SourceTree.FullPath("Gantry.slnx"));
        foreach (var project in ProjectFiles(""))
        {
            Assert.True(File.Exists(SourceTree.FullPath(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"))), $"{project} has no packages.lock.json");
            Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_pinned_version_is_exact()
    {
        foreach (var package in XDocument.Load(SourceTree.FullPath("Directory.Packages.props")).Descendants("PackageVersion"))
            Assert.Matches(@"\A\[[0-9.]+\]\z", package.Attribute("Version")!.Value);
    }

    private static IEnumerable<string> ProjectFiles(string below) =>
        SourceTree.Files.Where(file => file.StartsWith(below, StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal));

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(SourceTree.FullPath($"src/{project}/{project}.csproj")).Descendants(kind)
            .Select(item => item.Attribute("Include")!.Value.Replace('\\', '/'));
}
