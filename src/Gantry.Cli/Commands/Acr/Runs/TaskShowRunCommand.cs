using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Commands.Acr.Runs;

internal sealed class TaskShowRunCommand : RunCommand
{
    private readonly Option<string?> _runId = RunIdFlag();

    [SetsRequiredMembers]
    public TaskShowRunCommand(CommandContext context)
        : base(context, "show-run", "Show a run")
    {
        Examples = [("Show a run", "acr task show-run -r myregistry --run-id cf1")];
        Add(_runId);
        Required = [_runId, Registry.Name];
    }

    protected override async Task<JsonNode?> ExecuteAsync(RunSession session, ParseResult parse, CancellationToken ct) =>
        RunJson.Of(await session.Runs.GetAsync(parse.GetValue(_runId)!, ct));
}
