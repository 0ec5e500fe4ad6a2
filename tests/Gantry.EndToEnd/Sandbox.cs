namespace Gantry.EndToEnd;

/// <summary>A temporary folder that stands for a user: a home, a docker and an Azure configuration, programs on PATH, files to work on.</summary>
internal sealed class Sandbox : IDisposable
{
    private readonly Dictionary<string, string> _environment;

    public Sandbox()
    {
        Folder = Directory.CreateTempSubdirectory("gantry-e2e-").FullName;
        Bin = Directory.CreateDirectory(Path.Combine(Folder, "bin")).FullName;
        Work = Directory.CreateDirectory(Path.Combine(Folder, "work")).FullName;
        _environment = new Dictionary<string, string>
        {
            ["PATH"] = $"{Bin}:/usr/bin:/bin",
            ["HOME"] = Directory.CreateDirectory(Path.Combine(Folder, "home")).FullName,
            ["TMPDIR"] = Directory.CreateDirectory(Path.Combine(Folder, "tmp")).FullName,
            ["DOCKER_CONFIG"] = Path.Combine(Folder, "docker"),
            ["AZURE_CONFIG_DIR"] = Path.Combine(Folder, "azure"),
            ["AZURE_CORE_COLLECT_TELEMETRY"] = "no",
            ["AZURE_CORE_NO_COLOR"] = "yes",
            ["LANG"] = "C.UTF-8",
        };
    }

    public string Folder { get; }

    public string Bin { get; }

    public string Work { get; }

    public string this[string variable]
    {
        get => _environment[variable];
        set => _environment[variable] = value;
    }

    public ToolSetting Setting => new() { Own = _environment, Folder = Work };

    /// <summary>Puts the published program on PATH under a name.</summary>
    public async Task<string> LinkAsync(string name)
    {
        var link = Path.Combine(Bin, name);
        File.CreateSymbolicLink(link, await PublishedProgram.PathAsync());
        return link;
    }

    public string Write(string name, string content)
    {
        var path = Path.Combine(Work, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;

    public async Task<ToolResult> GantryAsync(params string[] arguments) => await Tool.RunAsync(await PublishedProgram.PathAsync(), arguments, Setting);

    public Task<ToolResult> OrasAsync(params string[] arguments) => Tool.RunAsync(RealClients.Unpacked("oras"), arguments, Setting);

    public Task<ToolResult> AzAsync(params string[] arguments) => Tool.RunAsync(RealClients.Installed("az"), arguments, Setting);

    /// <summary>Which images a machine trusts is its own setting, and no part of these stories.</summary>
    public Task<ToolResult> SkopeoAsync(params string[] arguments) => Tool.RunAsync(RealClients.Installed("skopeo"), ["--insecure-policy", .. arguments], Setting);

    /// <summary>Runs a line as a user types it.</summary>
    public Task<ToolResult> ShellAsync(string line, string input = "") => Tool.RunAsync("/bin/bash", ["-c", line], Setting with { Input = input });

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
