using System.Collections;
using System.Text.RegularExpressions;

namespace Gantry.EndToEnd;

/// <summary>The first thing that a newcomer runs, in a copy of the tree and with a home of its own.</summary>
public sealed class QuickstartTests
{
    [Fact]
    public async Task The_walk_succeeds_leaves_nothing_behind_and_the_readme_tells_it()
    {
        using var sandbox = new Sandbox();
        var tree = CopyTree(sandbox.NewFolder("tree"));
        sandbox["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}";
        // The packages that a restore needs are the machine's business; the rest of its home is not.
        sandbox["NUGET_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        LinkRestoreSettings(sandbox);
        sandbox["DOCKER_CONFIG"] = Path.Combine(sandbox["HOME"], ".docker");
        Directory.CreateDirectory(sandbox["DOCKER_CONFIG"]);
        var config = Path.Combine(sandbox["DOCKER_CONFIG"], "config.json");
        await File.WriteAllTextAsync(config, "{\"auths\":{}}");

        var run = await Tool.RunAsync(Path.Combine(tree, "eng", "quickstart"), [], sandbox.Setting with { Timeout = TimeSpan.FromMinutes(10) });
        run.MustSucceed();

        Assert.Contains("Login Succeeded", run.Out, StringComparison.Ordinal);
        Assert.Equal("{\"auths\":{}}", await File.ReadAllTextAsync(config));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(sandbox["TMPDIR"]), entry => Path.GetFileName(entry).StartsWith("gantry", StringComparison.Ordinal));
        Assert.Empty(await ProcessesInAsync(sandbox, tree));
        var port = Regex.Match(run.Out, @"Listening on http://127\.0\.0\.1:(\d+)").Groups[1].Value;
        (await sandbox.ShellAsync($"exec 3<>/dev/tcp/127.0.0.1/{port}")).MustFail();

        await AssertReadmeAsync(run);
    }

    [Fact]
    public async Task Without_the_sdk_one_line_says_how_to_get_it()
    {
        using var sandbox = new Sandbox();
        foreach (var tool in new[] { "bash", "dirname", "mktemp", "rm", "env" })
            File.CreateSymbolicLink(Path.Combine(sandbox.Bin, tool), "/usr/bin/" + tool);
        sandbox["PATH"] = sandbox.Bin;
        var run = (await Tool.RunAsync(Path.Combine(PublishedProgram.Root, "eng", "quickstart"), [], sandbox.Setting)).MustFail();
        Assert.Equal("", run.Out);
        Assert.Contains("https://dot.net/download", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>Every command of the README's walk is one that the quickstart ran, but for the port.</summary>
    private static async Task AssertReadmeAsync(ToolResult run)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(PublishedProgram.Root, "README.md"));
        var ran = run.Lines.Where(line => line.StartsWith("$ ", StringComparison.Ordinal)).Select(line => Normal(line[2..])).ToHashSet();
        var told = Regex.Matches(readme, "(?s)```sh\n(.*?)```").SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.True(told.Count >= 12);
        Assert.All(told, line => Assert.Contains(Normal(line), ran));

        // The sample of JSON has the members, in the order, of what was printed.
        var sample = Regex.Match(readme, "(?s)```json\n(.*?)```").Groups[1].Value;
        Assert.Contains(Shape(sample), Shape(run.Out), StringComparison.Ordinal);

        static string Normal(string line) => Regex.Replace(line, @"(localhost|127\.0\.0\.1):\d+", "$1:5000");
        static string Shape(string text) => Regex.Replace(text, @"\d{4}-\d\d-\d\dT[\d:.]+Z|sha256:[0-9a-f…]+", "…");
    }

    private static string CopyTree(string to)
    {
        string[] left = [".git", "artifacts", "bin", "obj", "TestResults"];
        Copy(PublishedProgram.Root, to);
        return to;

        void Copy(string source, string target)
        {
            Directory.CreateDirectory(target);
            foreach (var file in Directory.EnumerateFiles(source))
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            foreach (var folder in Directory.EnumerateDirectories(source).Where(folder => !left.Contains(Path.GetFileName(folder))))
                Copy(folder, Path.Combine(target, Path.GetFileName(folder)));
        }
    }

    /// <summary>Where packages come from, and through what, is a setting of this machine and its user, without which nothing restores.</summary>
    private static void LinkRestoreSettings(Sandbox sandbox)
    {
        string[] kept = ["DOTNET_", "NUGET_", "SSL_CERT_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (kept.Any(start => ((string)variable.Key).StartsWith(start, StringComparison.OrdinalIgnoreCase)))
                sandbox[(string)variable.Key] = (string)variable.Value!;
        }
        var settings = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "NuGet", "NuGet.Config");
        if (File.Exists(settings))
            File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Path.Combine(sandbox["HOME"], ".nuget", "NuGet")).FullName, "NuGet.Config"), settings);
    }

    private static async Task<IReadOnlyList<string>> ProcessesInAsync(Sandbox sandbox, string tree) =>
        (await sandbox.ShellAsync($"for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -F '{tree}/' ; done; true")).Lines
            .Where(line => !line.Contains("grep -F", StringComparison.Ordinal) && !line.Contains("/proc/", StringComparison.Ordinal)).ToList();
}
