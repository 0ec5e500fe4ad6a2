using System.Diagnostics;

namespace Gantry.Chaos;

/// <summary>Runs programs.</summary>
internal static class Tool
{
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await TryAsync(program, arguments, environment: null, CancellationToken.None);
        return result.Code == 0
            ? result.Output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with code {result.Code}\n{result.Output}\n{result.Errors}");
    }

    /// <summary>Runs a program whatever its exit code; cancelling ends it.</summary>
    public static async Task<ToolResult> TryAsync(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment, CancellationToken ct)
    {
        using var process = Start(program, arguments, environment);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new ToolResult(process.ExitCode, await output, await errors);
    }

    public static Process Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Sends a signal by its name.</summary>
    public static Task SignalAsync(int process, string signal) => RunAsync("/bin/kill", "-s", signal, $"{process}");
}
