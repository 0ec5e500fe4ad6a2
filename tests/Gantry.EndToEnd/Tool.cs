using System.Collections;
using System.Diagnostics;

namespace Gantry.EndToEnd;

/// <summary>Runs a real program in an environment of its own, for a bounded time.</summary>
internal static class Tool
{
    public static async Task<ToolResult> RunAsync(string program, IReadOnlyList<string> arguments, ToolSetting setting)
    {
        var command = Path.GetFileName(program) + " " + string.Join(' ', arguments);
        using var process = Start(program, arguments, setting);
        using var limit = new CancellationTokenSource(setting.Timeout);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.StandardInput.WriteAsync(setting.Input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all that it was given.
        }
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{command} did not end within {setting.Timeout}\n{await output}\n{await errors}");
        }
        return new ToolResult(command, process.ExitCode, await output, await errors);
    }

    public static Process Start(string program, IReadOnlyList<string> arguments, ToolSetting setting)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = setting.Folder ?? "",
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (DictionaryEntry pair in setting.Own)
            start.Environment[(string)pair.Key] = (string?)pair.Value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }
}
