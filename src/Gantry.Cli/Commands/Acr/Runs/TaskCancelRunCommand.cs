using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Commands.Acr.Runs;

internal sealed class TaskCancelRunCommand : RunCommand
{
    private readonly Option<string?> _runId = RunIdFlag();

    [SetsRequiredMembers]
    public TaskCancelRunCommand(CommandContext context)
        : base(context, "cancel-run", "End a run")
    {
        Details = "A run that waits ends at once; one that a worker has ends when the worker hears of it, within seconds.";
        Examples = [("End a run", "acr task cancel-run -r myregistry --run-id cf1")];
        Add(_runId);
        Required = [_runId, Registry.Name];
    }

    protected override async Task<JsonNode?> ExecuteAsync(RunSession session, ParseResult parse, CancellationToken ct)
    {
        await session.Runs.CancelAsync(parse.GetValue(_runId)!, ct);
        return null;
    }
}
