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
        _environment["GANTRY_CONFIG_DIR"] = Path.Join(Folder, "settings");
    }

    /// <summary>The working folder.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The name the program goes by.</summary>
    public string Name { get; init; } = "oras";

    /// <summary>What the next command reads from standard input.</summary>
    public string Input { get; set; } = "";

    /// <summary>Typed into in place of <see cref="Input"/>.</summary>
    public Stream? Keyboard { get; set; }

    public Terminal Terminal { get; set; } = Terminal.None;

    /// <summary>Stands still, and has timers as ever.</summary>
    public TimeProvider Time { get; init; } = new StoppedClock(Created);

    public void Set(string variable, string value) => _environment[variable] = value;

    public string Write(string name, string text)
    {
        var path = Path.Join(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string Read(string name) => File.ReadAllText(Path.Join(Folder, name));

    public bool Exists(string name) => File.Exists(Path.Join(Folder, name));

    public Task<CommandResult> RunAsync(params string[] args) => RunAsAsync(Name, args);

    /// <summary>The same folder, under another name of the program.</summary>
    public async Task<CommandResult> RunAsAsync(string name, params string[] args)
    {
        using var output = new MemoryStream();
        return await RunAsync(name, output, args, TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a command that goes on until it is stopped: once its output has a text, does something and stops it.</summary>
    public async Task<CommandResult> RunUntilAsync(string text, Func<Task> then, params string[] args)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new AwaitedStream(text);
        var running = Task.Run(() => RunAsync(Name, output, args, stop.Token));
        if (await Task.WhenAny(output.Seen, running) == output.Seen)
            await then();
        await stop.CancelAsync();
        return await running;
    }

    private async Task<CommandResult> RunAsync(string name, MemoryStream output, string[] args, CancellationToken ct)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(Input));
        using var error = new StringWriter { NewLine = "\n" };
        await using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true, NewLine = "\n" };
        var context = new CommandContext
        {
            InvokedName = name,
            Output = output,
            Out = writer,
            Error = error,
            Input = Keyboard ?? input,
            ReadSecret = () => Keyboard is null ? "typed unseen" : Encoding.UTF8.GetString([(byte)Keyboard.ReadByte()]),
            Environment = _environment.GetValueOrDefault,
            EnvironmentNames = () => _environment.Keys,
            Time = Time,
            WorkingDirectory = Folder,
            Terminal = Terminal,
        };
        var exit = await GantryProgram.RunAsync(args, context, ct);
        return new CommandResult(exit, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>Runs a command that must succeed, and gives its output.</summary>
    public Task<string> DoneAsync(params string[] args) => DoneAsAsync(Name, args);

    public async Task<string> DoneAsAsync(string name, params string[] args)
    {
        var result = await RunAsAsync(name, args);
        Assert.True(result.Exit == ExitCode.Done, $"{string.Join(' ', args)}: exit {result.Exit}\n{result.Output}{result.Error}");
        return result.Output;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Says when a text was written.</summary>
    private sealed class AwaitedStream(string text) : MemoryStream
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Seen => _seen.Task;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer);
            Look();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            base.Write(buffer, offset, count);
            Look();
        }

        private void Look()
        {
            if (Encoding.UTF8.GetString(ToArray()).Contains(text, StringComparison.Ordinal))
                _seen.TrySetResult();
        }
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
