using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Build.Runs;
using Gantry.Client.Remote;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Worker;

/// <summary><c>worker</c>: builds what a server has to build, in a process of its own, because a Dockerfile is somebody else's program.</summary>
internal sealed class WorkerCommand : VerbCommand
{
    [SetsRequiredMembers]
    public WorkerCommand(CommandContext context)
        : base(context, "worker", "Build what a server has to build")
    {
        Rule = ArgumentRule.None;
        Details = """
            "gantry serve" starts a worker itself and tells it over its standard input where the server is and how to
            sign in there; the end of that input ends the worker. It is not meant to be started by hand.
            """;
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var ticket = WorkerTicket.Parse(Context.ReadLine());
        var log = TextWriter.Synchronized(Context.Error);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // Ends with the process: a read of a pipe cannot be cancelled.
        _ = WatchAsync(stop);
        var options = new WorkerOptions
        {
            Name = Environment.MachineName,
            Secret = ticket.Secret,
            Server = RegistryName.Parse("localhost"),
            Connection = new RegistryClientOptions { PlainHttp = true, UnixSocket = ticket.Socket, UserAgent = $"gantry/{VersionCommand.Current}", Time = Context.Time },
            WorkFolder = ticket.WorkFolder,
            Concurrency = ticket.Concurrency,
            Log = log.WriteLine,
            Time = Context.Time,
        };
        await new BuildWorker(options).RunAsync(stop.Token);
        return ExitCode.Done;
    }

    /// <summary>The end of standard input is the server's end.</summary>
    private async Task WatchAsync(CancellationTokenSource stop)
    {
        var rest = new byte[256];
        try
        {
            while (await Context.Input.ReadAsync(rest, CancellationToken.None) > 0)
            {
                // Nothing more is expected; what comes is passed over.
            }
        }
        catch (IOException)
        {
            // A broken pipe ends it as well.
        }
        await stop.CancelAsync();
    }
}
