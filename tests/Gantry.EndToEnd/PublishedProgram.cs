namespace Gantry.EndToEnd;

/// <summary>The program as users get it: <c>GANTRY_PROGRAM</c>, else what eng/publish made, made again where a source is newer.</summary>
internal static class PublishedProgram
{
    private static readonly Lazy<Task<string>> Located = new(LocateAsync);

    public static readonly string Root = FindRoot();

    public static Task<string> PathAsync() => Located.Value;

    private static async Task<string> LocateAsync()
    {
        if (Environment.GetEnvironmentVariable("GANTRY_PROGRAM") is { Length: > 0 } given)
            return Path.GetFullPath(given);
        var program = Path.Combine(Root, "artifacts", "publish", "linux-x64", "gantry");
        if (!File.Exists(program) || File.GetLastWriteTimeUtc(program) < NewestSource())
        {
            var publish = await Tool.RunAsync(Path.Combine(Root, "eng", "publish"), ["linux-x64", "win-x64"], new ToolSetting { Timeout = TimeSpan.FromMinutes(10), Own = Environment.GetEnvironmentVariables() });
            publish.MustSucceed();
        }
        return program;
    }

    private static DateTime NewestSource() =>
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Root, "*.props"))
            .Append(Path.Combine(Root, "eng", "publish"))
            .Where(file => !file.EndsWith(".md", StringComparison.Ordinal))
            .Max(File.GetLastWriteTimeUtc);

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
