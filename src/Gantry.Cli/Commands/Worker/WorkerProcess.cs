using System.Diagnostics;

namespace Gantry.Cli.Commands.Worker;

/// <summary>The worker that <c>serve</c> runs beside itself: a process of its own, started again when it ends, gone when the server is.</summary>
/// <remarks><code>
///   serve ──(1) start──► gantry worker      (2) ticket, over its standard input
///     │                     │
///     │◄──(3) log lines─────┘
///     └──(4) end of input──► it stops; what it was building is taken up again by the next worker
/// </code>
/// The operating system closes the pipe when the server dies, however it dies: so the worker never outlives it.
/// </remarks>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<string> _program;
    private readonly WorkerTicket _ticket;
    private readonly Action<string> _log;
    private readonly TimeProvider _time;
    private readonly Task _loop;

    /// <param name="program">How this program is started: <see cref="CommandContext.Program"/>.</param>
    /// <param name="ticket">What the worker is told.</param>
    /// <param name="log">Told what it writes.</param>
    /// <param name="time">The clock.</param>
    public WorkerProcess(IReadOnlyList<string> program, WorkerTicket ticket, Action<string> log, TimeProvider time)
    {
        _program = program;
        _ticket = ticket;
        _log = log;
        _time = time;
        _loop = Task.Run(KeepRunningAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task KeepRunningAsync()
    {
        var pause = FirstPause;
        while (!_stop.IsCancellationRequested)
        {
            var begun = _time.GetTimestamp();
            try
            {
                var code = await RunOnceAsync();
                if (_stop.IsCancellationRequested)
                    return;
                // A Ctrl-C reaches the worker before we are told to stop.
                if (code != ExitCode.Interrupted)
                    _log($"WARNING: the build worker ended with exit code {code}; it is started again.");
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
            {
                _log($"WARNING: the build worker could not be started: {e.Message}");
            }
            // One that worked for a while and fell is not one that cannot start.
            pause = _time.GetElapsedTime(begun) > LongestPause ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            try
            {
                await Task.Delay(pause, _time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<int> RunOnceAsync()
    {
        // (1)
        using var process = Process.Start(StartInfo()) ?? throw new InvalidOperationException("no process was started");
        var lines = ForwardAsync(process);
        try
        {
            // (2)
            await process.StandardInput.WriteLineAsync(_ticket.ToLine());
            await process.StandardInput.FlushAsync();
            await process.WaitForExitAsync(_stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // (4)
            await EndAsync(process);
        }
        await lines;
        return process.ExitCode;
    }

    private async Task EndAsync(Process process)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The pipe is broken already: then it has ended.
        }
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(StopPatience, _time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>(3)</summary>
    private async Task ForwardAsync(Process process)
    {
        while (await process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
            _log(line);
    }

    private ProcessStartInfo StartInfo() => new(_program[0], [.. _program.Skip(1), "worker"])
    {
        RedirectStandardInput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    };
}
