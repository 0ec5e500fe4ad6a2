using System.Text;

namespace Gantry.Cli.Tests;

/// <summary>Runs commands inside the test's process, in a folder of their own, and keeps what they wrote.</summary>
internal sealed class CommandLine : IDisposable
{
    /// <summary>What the article pushes.</summary>
    public const string Artifact = "Here is an artifact\n";

    /// <summary>The creation time of every artifact pushed here: the digests of the transcripts depend on it.</summary>
    public static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gantry-cli-");
    private readonly Dictionary<string, string> _environment = [];

    public CommandLine()
    {
        Write("artifact.txt", Artifact);
        _environment["DOCKER_CONFIG"] = Path.Join(Folder, "docker");
    }

    /// <summary>The working folder.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The name the program goes by.</summary>
    public string Name { get; init; } = "oras";

    /// <summary>What the next command reads from standard input.</summary>
    public string Input { get; set; } = "";

    public Terminal Terminal { get; set; } = Terminal.None;

    public string Write(string name, string text)
    {
        var path = Path.Join(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string Read(string name) => File.ReadAllText(Path.Join(Folder, name));

    public bool Exists(string name) => File.Exists(Path.Join(Folder, name));

    public async Task<CommandResult> RunAsync(params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        await using var writer = new StreamWriter(output, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(Input));
        var context = new CommandContext
        {
            InvokedName = Name,
            Output = output,
            Out = writer,
            Error = error,
            Input = input,
            ReadSecret = () => "typed unseen",
            Environment = _environment.GetValueOrDefault,
            Time = new StoppedClock(Created),
            WorkingDirectory = Folder,
            Terminal = Terminal,
        };
        var exit = await GantryProgram.RunAsync(args, context, TestContext.Current.CancellationToken);
        return new CommandResult(exit, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>Runs a command that must succeed, and gives its output.</summary>
    public async Task<string> DoneAsync(params string[] args)
    {
        var result = await RunAsync(args);
        Assert.True(result.Exit == ExitCode.Done, $"{string.Join(' ', args)}: exit {result.Exit}\n{result.Output}{result.Error}");
        return result.Output;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
