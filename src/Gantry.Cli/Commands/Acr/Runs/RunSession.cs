using Gantry.Cli.Output;
using Gantry.Client.Runs;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary>A registry's runs, and the one who looks at them.</summary>
/// <param name="Runs">The registry's runs.</param>
/// <param name="Registry">The registry's name.</param>
/// <param name="Given">The registry as it was named on the command line.</param>
/// <param name="Context">The process.</param>
/// <param name="Tell">Shows people what goes on.</param>
internal sealed record RunSession(RunClient Runs, string Registry, string Given, CommandContext Context, Action<string> Tell)
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Shows a run's log until its end.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="raw">Leave control characters in the log as they are.</param>
    /// <param name="ct">Stops looking; the run goes on.</param>
    /// <returns>How the run ended, in the log's word.</returns>
    public async Task<string> FollowAsync(string runId, bool raw, CancellationToken ct)
    {
        var log = Runs.OpenLog(runId);
        var output = new LogOutput(Context, raw);
        await UnlessInterruptedAsync(runId, async () =>
        {
            await foreach (var part in log.FollowAsync(ct))
                await output.WriteAsync(part, ct);
            await output.FinishAsync(ct);
            return true;
        }, ct);
        return log.Completion!;
    }

    /// <summary>Waits for a run's end without its log.</summary>
    public Task<RunResource> AwaitAsync(string runId, CancellationToken ct) => UnlessInterruptedAsync(runId, async () =>
    {
        for (var pause = FirstLook; ; pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
        {
            var run = await Runs.GetAsync(runId, ct);
            if (run.Properties.Status.IsFinal)
                return run;
            await Task.Delay(pause, Context.Time, ct);
        }
    }, ct);

    /// <summary>How this program is asked about the run.</summary>
    public string Line(string verb, string runId) => $"{(Context.InvokedName == InvokedName.Az ? InvokedName.Az : InvokedName.Gantry)} acr task {verb} -r {Given} --run-id {runId}";

    /// <summary>The failure of a run that ended in another way than well, in az's words; null where it ended well.</summary>
    public static CommandException? FailureOf(string completion) => completion.ToLowerInvariant() switch
    {
        "successful" => null,
        "timedout" => new CommandException(ExitCode.Failed, "Run timed out"),
        "canceled" => new CommandException(ExitCode.Failed, "Run was canceled"),
        _ => new CommandException(ExitCode.Failed, "Run failed"),
    };

    private string HowToSee(string runId) => $"To see it: {Line("logs", runId)}\nTo end it: {Line("cancel-run", runId)}";

    /// <summary>Whoever stops looking does not stop the run, as with az; it is said how to. A server that goes away does not stop it either.</summary>
    private async Task<T> UnlessInterruptedAsync<T>(string runId, Func<Task<T>> look, CancellationToken ct)
    {
        try
        {
            return await look();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Context.Error.WriteLine($"The run {runId} goes on. {HowToSee(runId)}");
            throw;
        }
        catch (Exception e) when (Failure.Explain(e) is { ExitCode: ExitCode.Network } lost)
        {
            // What the transport says of a broken connection helps nobody; what a server says may.
            var cause = e is RegistryException ? lost.Message : "it cannot be reached any more";
            throw new CommandException(ExitCode.Network, $"the registry {Printable.Of(Registry)} no longer tells of the run: {cause}", e)
            {
                Advice = $"The run {runId} may go on. {HowToSee(runId)}",
            };
        }
    }
}
