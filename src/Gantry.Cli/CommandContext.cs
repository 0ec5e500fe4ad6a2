using System.Text;

namespace Gantry.Cli;

/// <summary>Everything a command may know of the process it runs in. Tests make their own.</summary>
internal sealed record CommandContext
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private CancellationToken _stop;

    /// <summary><c>gantry</c>, <c>oras</c> or <c>az</c>: which grammar is spoken.</summary>
    public string InvokedName { get; init; } = Cli.InvokedName.Gantry;

    /// <summary>The command as the user wrote it, for messages: <c>oras manifest fetch</c>.</summary>
    public string CommandName { get; init; } = Cli.InvokedName.Gantry;

    /// <summary>Results. Bytes of content are written here as they are.</summary>
    public required Stream Output { get; init; }

    /// <summary>Text results; written through to <see cref="Output"/> at once, so that text and bytes keep their order.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors, warnings, progress.</summary>
    public required TextWriter Error { get; init; }

    public required Stream Input { get; init; }

    /// <summary>Reads a line from the terminal without showing it; null at the end of input.</summary>
    public required Func<string?> ReadSecret { get; init; }

    /// <summary>Looks up an environment variable.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The names of all environment variables.</summary>
    public required Func<IEnumerable<string>> EnvironmentNames { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Absolute. Relative paths of the command line begin here.</summary>
    public required string WorkingDirectory { get; init; }

    public Terminal Terminal { get; init; } = Terminal.None;

    /// <summary>How this program is started once more: its path, and the assembly where dotnet runs it. Null where it runs inside another program, which starts no worker.</summary>
    public IReadOnlyList<string>? Program { get; init; }

    public static CommandContext OfProcess()
    {
        var output = Console.OpenStandardOutput();
        return new CommandContext
        {
            InvokedName = Cli.InvokedName.OfProcess(),
            Output = output,
            Out = new StreamWriter(output, Utf8, 1024) { AutoFlush = true, NewLine = "\n" },
            Error = new StreamWriter(Console.OpenStandardError(), Utf8, 1024) { AutoFlush = true, NewLine = "\n" },
            Input = Console.OpenStandardInput(),
            ReadSecret = SecretInput.Read,
            Environment = System.Environment.GetEnvironmentVariable,
            EnvironmentNames = () => System.Environment.GetEnvironmentVariables().Keys.Cast<string>(),
            WorkingDirectory = System.Environment.CurrentDirectory,
            Terminal = Terminal.OfProcess(),
            Program = System.Environment.ProcessPath is { } program ? [program, .. AssemblyOf(program)] : null,
        };

        // Run through "dotnet gantry.dll", the program is dotnet and its first word the assembly.
        static string[] AssemblyOf(string program) => Path.GetFileNameWithoutExtension(program) == "dotnet" ? [System.Environment.GetCommandLineArgs()[0]] : [];
    }

    /// <summary>An absolute path for what the user wrote.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, WorkingDirectory);

    /// <summary>The same process, in which waiting for somebody to type ends when the program is told to stop.</summary>
    public CommandContext StoppedBy(CancellationToken ct) => this with { _stop = ct, ReadSecret = () => Await(ReadSecret, ct) };

    /// <summary>Reads one line of input, byte by byte so that what follows it is left for others. Null at the end of input.</summary>
    /// <exception cref="OperationCanceledException">The program was told to stop.</exception>
    public string? ReadLine() => Await(TakeLine, _stop);

    /// <summary>A read from a terminal cannot be cancelled. It is left behind, in a thread that does not keep the process.</summary>
    private static string? Await(Func<string?> read, CancellationToken ct)
    {
        var reading = Task.Run(read, CancellationToken.None);
        Task.WaitAny([reading], ct);
        return reading.GetAwaiter().GetResult();
    }

    private string? TakeLine()
    {
        var line = new List<byte>();
        while (Input.ReadByte() is >= 0 and var b)
        {
            if (b == '\n')
                return Utf8.GetString([.. line]).TrimEnd('\r');
            line.Add((byte)b);
        }
        return line.Count == 0 ? null : Utf8.GetString([.. line]);
    }
}
